import { originalPositionFor, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";
import { codeFrame } from "../source/source-diagnostic";
import type { Leftover } from "./find-leftovers";
import type { Report } from "./report";

/** Why a module may have been passed by, and what to do. */
export type Reason = "not-included" | "taken-first" | "loaded-otherwise";

const reasons: Readonly<Record<Reason, string>> = {
  "not-included": `The plugin of ts-raii leaves this module out: see its options "include" and "exclude". A package is to be compiled before it is published.`,
  "taken-first": `Another plugin took the module before ts-raii. Put ts-raii first in "plugins".`,
  "loaded-otherwise": `The plugin of ts-raii has not seen this text. See that ts-raii stands first in "plugins", and that nothing loads the module around it.`,
};

/** What to tell of a call of a marker that is left. */
export function leftoverReport(
  leftover: Leftover,
  reason: Reason,
  id: string,
  text: string,
  map?: SourceMapInput | null,
): Report {
  const place = originalPlace(leftover, text, map);
  return {
    message: `${leftover.name}() was not compiled and would throw when it runs. ${reasons[reason]}`,
    id,
    line: place.line,
    column: place.column,
    frame: codeFrame(place.text, place.line - 1, place.column, leftover.name.length),
  };
}

/** Where a call stands in what people wrote, as far as the map of the plugins before leads there. */
function originalPlace(
  { line, column }: Leftover,
  text: string,
  map: SourceMapInput | null | undefined,
): { readonly line: number; readonly column: number; readonly text: string } {
  const trace = map ? new TraceMap(map) : undefined;
  if (trace !== undefined && trace.sources.length > 0) {
    const {
      line: originalLine,
      column: originalColumn,
      source,
    } = originalPositionFor(trace, { line, column });
    const content = source === null ? undefined : trace.sourcesContent?.[trace.sources.indexOf(source)];
    if (originalLine !== null && typeof content === "string")
      return { line: originalLine, column: originalColumn, text: content };
  }
  return { line, column, text };
}
