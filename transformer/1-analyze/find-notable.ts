import type ts from "typescript";
import type { MarkerBindings } from "./find-markers";

/** What a string begins with that may be a directive of ours, or nearly one: two edits leave one of these three alone. */
const directive = "[\"'`][^\"'`\\n]*?(?:use| ra|ii|\\\\)";

/**
 * Finds where a text may say something about resources: markers and their module, directives and tags, `using`. Most
 * statements of most files say nothing, so nothing has to be looked for in them.
 *
 * @returns whether a part of the text has such a place. Too often, never too seldom.
 */
export function findNotable(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  { named, namespaces }: MarkerBindings,
  importSource: string,
): (part: ts.TextRange) => boolean {
  const { text } = sourceFile;
  // Where another transformer was before, the text is not what is compiled. In an identifier, `\u0072` is an `r`.
  if (tsInstance.getOriginalNode(sourceFile) !== sourceFile || text.includes("\\u")) return () => true;
  const names = ["using", importSource, ...named.keys(), ...namespaces].map((name) =>
    name.replace(/[^\w/-]/g, "\\$&"),
  );
  const notable = new RegExp(`(?<![\\w$])(?:${names.join("|")})(?![\\w$])|@raii|${directive}`, "gi");
  const places: number[] = [];
  for (let match = notable.exec(text); match !== null; match = notable.exec(text))
    places.push(notable.lastIndex - 1);
  return ({ pos, end }) => {
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < pos) low = middle + 1;
      else high = middle;
    }
    return low < places.length && places[low]! < end;
  };
}
