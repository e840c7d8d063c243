import type ts from "typescript";

/** A text with the edits of the protocol made, all of which mean places in the text as it was. */
export function applyEdits(text: string, edits: readonly ts.server.protocol.CodeEdit[]): string {
  const lines = text.split("\n");
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1);
  const at = ({ line, offset }: ts.server.protocol.Location): number => starts[line - 1]! + offset - 1;
  return edits
    .map((edit, index) => ({ start: at(edit.start), end: at(edit.end), text: edit.newText, index }))
    .sort((a, b) => b.start - a.start || b.index - a.index)
    .reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
}
