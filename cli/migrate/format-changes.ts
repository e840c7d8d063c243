import type { TextEdit } from "../../transformer/diagnostics/finding";
import { applyEdits } from "../../transformer/fixes/select-edits";

/** The lines that edits change: each as it is, after `-`, and as it would be, after `+`. */
export function formatChanges(text: string, edits: readonly TextEdit[]): string {
  const groups: { start: number; end: number; edits: TextEdit[] }[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const start = text.lastIndexOf("\n", edit.start - 1) + 1;
    const after = text.indexOf("\n", edit.start + edit.length);
    const end = after < 0 ? text.length : after;
    const last = groups.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else groups.push({ start, end, edits: [edit] });
  }
  return groups
    .map(({ start, end, edits: own }) => {
      const before = text.slice(start, end);
      const shifted = own.map((edit) => ({ ...edit, start: edit.start - start }));
      return changedLines(before.split(/\r?\n/), applyEdits(before, shifted).split(/\r?\n/));
    })
    .join("");
}

/** Without the lines at the beginning and the end that are the same. */
function changedLines(before: readonly string[], after: readonly string[]): string {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const show = (sign: string, lines: readonly string[]): string =>
    lines
      .slice(head, lines.length - tail)
      .map((line) => `${sign} ${line}`.trimEnd() + "\n")
      .join("");
  return show("-", before) + show("+", after);
}
