import { originalPositionFor, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";
import { codeFrame } from "../source/source-diagnostic";
import type { Report } from "./report";

/** A place in a text. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** In characters, from 0. */
  readonly column: number;
  readonly text: string;
}

/** Where something stands in what people wrote, as far as the map of the plugins before leads there. */
export function originalPlace(place: Place, map: SourceMapInput | null | undefined): Place {
  const trace = map ? new TraceMap(map) : undefined;
  if (trace === undefined || trace.sources.length === 0) return place;
  const { line, column, source } = originalPositionFor(trace, place);
  const text = source === null ? undefined : trace.sourcesContent?.[trace.sources.indexOf(source)];
  return line !== null && typeof text === "string" ? { line, column, text } : place;
}

/** What is told of a text that plugins have made, told of what people wrote. */
export function originalReport(report: Report, text: string, map: SourceMapInput | null | undefined): Report {
  const { line, column } = report;
  if (line === undefined || column === undefined) return report;
  const place = originalPlace({ line, column, text }, map);
  return { ...report, ...framed(place, report.length ?? 1) };
}

/** @param length of what is marked. */
export function framed(
  { line, column, text }: Place,
  length: number,
): Pick<Report, "line" | "column" | "frame"> {
  return { line, column, frame: codeFrame(text, line - 1, column, length) };
}
