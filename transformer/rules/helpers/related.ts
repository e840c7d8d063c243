import type { RelatedPlace } from "../../diagnostics/finding";
import type { Held } from "../../flow/held";
import type { CheckedFile } from "../rule";

/** Where a handle is acquired and where it is released: what makes a finding about it plain. */
export function relatedTo(
  { sourceFile }: Pick<CheckedFile, "sourceFile">,
  held: Held,
): readonly RelatedPlace[] {
  const { node, scope, name } = held;
  const start = node.getStart(sourceFile);
  const places = [{ start, length: node.end - start, message: `${name} is acquired here.` }];
  const isBlock = sourceFile.text[scope.end - 1] === "}";
  if (isBlock) places.push({ start: scope.end - 1, length: 1, message: `${name} is released here.` });
  return places;
}

/** The line of a place, as people count. */
export function lineOf({ sourceFile }: Pick<CheckedFile, "sourceFile">, start: number): string {
  return String(sourceFile.getLineAndCharacterOfPosition(start).line + 1);
}
