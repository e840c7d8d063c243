import type { Fix, TextEdit } from "../diagnostics/finding";
import { importMarker } from "../fixes/import-marker";
import type { Move } from "../flow/moves";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** `move` of what was acquired with `await`: its release is awaited, and what `move` gives cannot say so. */
export const moveNotAsync: TypeRule = {
  reports: ["move-not-async"],
  check(file) {
    for (const move of file.flow.moves) {
      const { held, marker, node, fn } = move;
      const isCertain = held.length > 0 && held.every((each) => each.isAsync && each.fn === fn);
      if (marker.name !== "move" || !isCertain) continue;
      const fix = renameToMoveAsync(file, move);
      file.report({
        key: "move-not-async",
        node,
        args: [held[0]!.name],
        related: relatedTo(file, held[0]!).slice(0, 1),
        ...(fix && { fix }),
      });
    }
  },
};

/** Writes the other marker, and imports it where it is not. */
function renameToMoveAsync(
  { tsInstance, sourceFile, model, options }: TypedFile,
  { marker }: Move,
): Fix | undefined {
  const edits: TextEdit[] = [];
  const rename = { id: "move-async", title: "Use moveAsync()", edits };
  const { identifier, isNamespace } = marker;
  if (isNamespace) {
    const member = identifier.parent;
    if (!tsInstance.isPropertyAccessExpression(member)) return undefined;
    edits.push({ start: member.name.getStart(sourceFile), length: "move".length, text: "moveAsync" });
    return rename;
  }
  const [known] = [...model!.markers.named].find(([, name]) => name === "moveAsync") ?? [];
  const start = identifier.getStart(sourceFile);
  edits.push({ start, length: identifier.end - start, text: known ?? "moveAsync" });
  if (known === undefined)
    edits.push(...importMarker(tsInstance, sourceFile, options.importSource, "moveAsync").edits);
  return rename;
}
