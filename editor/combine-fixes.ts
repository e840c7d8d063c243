import type { Fix, TextEdit } from "../transformer/diagnostics/finding";

/** The edits of many fixes. What two of them want alike is made once; a fix that overlaps one before it is left for the next time. */
export function combineFixes(fixes: readonly Fix[]): readonly TextEdit[] {
  const made = new Map<string, TextEdit>();
  for (const { edits } of fixes) {
    const fresh = edits.filter((edit) => !made.has(JSON.stringify(edit)));
    const overlaps = fresh.some((edit) => [...made.values()].some((other) => overlap(edit, other)));
    if (!overlaps) for (const edit of fresh) made.set(JSON.stringify(edit), edit);
  }
  return [...made.values()];
}

function overlap(a: TextEdit, b: TextEdit): boolean {
  return a.start < b.start + b.length && b.start < a.start + a.length;
}
