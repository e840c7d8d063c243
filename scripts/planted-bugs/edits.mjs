/** Applies edits `{ start, end, text }`, of which no two overlap. @returns the text after. */
export function applyEdits(text, edits) {
  let result = text;
  for (const { start, end, text: by } of inOrder(edits).reverse())
    result = result.slice(0, start) + by + result.slice(end);
  return result;
}

/** The lines that edits touch, of the text before and of the text after, counted from 0. */
export function touchedLines(text, edits) {
  const [before, after] = [new Set(), new Set()];
  const changed = applyEdits(text, edits);
  let shift = 0;
  for (const { start, end, text: by, silent = false } of inOrder(edits)) {
    if (!silent) {
      addLines(before, text, start, end);
      const blank = by.length - by.trimStart().length;
      addLines(after, changed, start + shift + blank, start + shift + by.trimEnd().length);
    }
    shift += by.length - (end - start);
  }
  return { before, after };
}

function addLines(lines, text, start, end) {
  const lineOf = (position) => text.slice(0, position).split("\n").length - 1;
  for (let line = lineOf(start); line <= lineOf(end); line++) lines.add(line);
}

/** Of two at the same place the earlier given comes first. */
function inOrder(edits) {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.index - b.index)
    .map(({ edit }) => edit);
}
