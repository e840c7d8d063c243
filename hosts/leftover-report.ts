import type { SourceMapInput } from "@jridgewell/trace-mapping";
import type { Leftover } from "./find-leftovers";
import { framed, originalPlace } from "./original-place";
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
  const { line, column, name } = leftover;
  return {
    message: `${name}() was not compiled and would throw when it runs. ${reasons[reason]}`,
    id,
    length: name.length,
    ...framed(originalPlace({ line, column, text }, map), name.length),
  };
}
