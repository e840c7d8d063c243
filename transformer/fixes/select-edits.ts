import type { Fix, TextEdit } from "../diagnostics/finding";

/** The fixes of a file that can be made together. */
export interface Selection {
  readonly edits: readonly TextEdit[];
  readonly count: number;
}

/**
 * Takes the fixes in the order of the text, and leaves out each that touches what one before it changes: that one is made
 * when the file is looked at again, if it is still asked for. An edit that several fixes share, as of an import, is made once.
 */
export function selectEdits(fixes: readonly Fix[]): Selection {
  const inOrder = fixes
    .filter(({ edits }) => edits.length > 0)
    .sort((a, b) => startOf(a) - startOf(b) || a.edits.length - b.edits.length);
  const taken = new Map<string, TextEdit>();
  let count = 0;
  for (const { edits } of inOrder) {
    const added = edits.filter((edit) => !taken.has(JSON.stringify(edit)));
    if (added.some((edit) => [...taken.values()].some((other) => touches(edit, other)))) continue;
    for (const edit of added) taken.set(JSON.stringify(edit), edit);
    count++;
  }
  return { edits: [...taken.values()], count };
}

/** Makes the edits, from the end of the text on, so that the places of those before stay what they are. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => b.edit.start - a.edit.start || b.index - a.index)
    .reduce(
      (result, { edit: { start, length, text: by } }) =>
        result.slice(0, start) + by + result.slice(start + length),
      text,
    );
}

function startOf({ edits }: Fix): number {
  return Math.min(...edits.map(({ start }) => start));
}

/** Also side by side: which of two insertions at one place comes first, nobody could say. */
function touches(a: TextEdit, b: TextEdit): boolean {
  return a.start <= b.start + b.length && b.start <= a.start + a.length;
}
