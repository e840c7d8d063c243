import type { ArrayLiteral, Insertion, ObjectLiteral } from "./literal";

/** Whether the rest of a line has nothing but white space and comments that end there. */
const isRestOfLine = /^[^\S\n]*(?:\/\*(?:(?!\*\/)[^\n])*\*\/[^\S\n]*)*(?:\/\/[^\n]*)?$/;

/** The white space that a line begins with. */
export function indentAt(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[^\S\n]*/.exec(text.slice(start, at))![0];
}

/** How far a text indents: the least that any line of it does. Two spaces where none does. */
export function indentUnit(text: string): string {
  const indents = [...text.matchAll(/^( +|\t+)(?=[^\s*])/gm)].map(([, indent]) => indent!);
  return (
    indents.reduce<string | undefined>(
      (least, each) => (least === undefined || each.length < least.length ? each : least),
      undefined,
    ) ?? "  "
  );
}

/** The line break of a text. */
export const lineBreak = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/**
 * Puts an element or a property first in what is between brackets. Comments stay with what they stand before, and after.
 *
 * @param code without a comma.
 */
export function insertFirst(
  text: string,
  { kind, start, end, items }: ArrayLiteral | ObjectLiteral,
  code: string,
): Insertion {
  const open = start + 1;
  const [first] = items;
  const between = text.slice(open, first?.start ?? end - 1);
  const firstLine = between.split("\n", 1)[0]!;
  const isMultiline = between.includes("\n");
  if (!isMultiline) {
    if (first !== undefined) return { at: open + /^\s*/.exec(between)![0].length, text: `${code}, ` };
    const pad = kind === "object" ? " " : "";
    return { at: open, text: `${pad}${code}${between === "" ? pad : ""}` };
  }
  const line = firstLine.replace(/\r$/, "");
  // A comment behind the bracket stays there, unless it goes on in the next line.
  const at = isRestOfLine.test(line) ? open + line.length : open;
  const indent = first === undefined ? indentAt(text, start) + indentUnit(text) : indentAt(text, first.start);
  return { at, text: `${lineBreak(text)}${indent}${code}${first === undefined ? "" : ","}` };
}

/** Puts a property behind all others: what a spread before it gives is then replaced. */
export function insertLast(text: string, { items }: ArrayLiteral | ObjectLiteral, code: string): Insertion {
  const last = items.at(-1)!;
  const isOwnLine = text.slice(text.lastIndexOf("\n", last.start - 1) + 1, last.start).trim() === "";
  const separator = isOwnLine ? `${lineBreak(text)}${indentAt(text, last.start)}` : " ";
  return { at: last.end, text: `,${separator}${code}` };
}
