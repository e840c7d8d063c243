import { relative } from "node:path";

/** Something to tell the user about a place in a file. */
export interface Report {
  readonly message: string;
  readonly id: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  /** In characters, from 0. */
  readonly column: number | undefined;
  /** Of what is marked in the frame. */
  readonly length?: number | undefined;
  readonly frame: string | undefined;
}

/** What hosts of Rollup's kind take. They print the place and the frame themselves. */
export interface RollupLog {
  message: string;
  id?: string;
  loc?: { file: string; line: number; column: number };
  frame?: string;
}

export function rollupLog({ message, id, line, column, frame }: Report): RollupLog {
  return {
    message,
    ...(id !== undefined && { id }),
    ...(id !== undefined && line !== undefined && { loc: { file: id, line, column: column ?? 0 } }),
    ...(frame !== undefined && { frame }),
  };
}

/** The whole as text, for hosts that take nothing else, with columns from 1 as editors count. */
export function reportText({ message, id, line, column, frame }: Report): string {
  if (id === undefined) return message;
  const path = relative(process.cwd(), id);
  const place = line === undefined ? path : `${path}:${line}:${(column ?? 0) + 1}`;
  return [`${place}: ${message}`, ...(frame === undefined ? [] : [frame])].join("\n");
}

export type Reports = readonly [Report, ...Report[]];

export function isNotEmpty(reports: readonly Report[]): reports is Reports {
  return reports.length > 0;
}

/** Several errors as one, for hosts whose first error ends the module: the first, and then the others as text. */
export function joinReports(reports: Reports): Report {
  const [first, ...rest] = reports;
  return { ...first, message: [first.message, ...rest.map(reportText)].join("\n\n") };
}
