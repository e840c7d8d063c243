import type ts from "typescript";

/** A name that stands nowhere in a file: the one that is wished for, or with a number behind it. */
export function freeName({ text }: ts.SourceFile, wished: string): string {
  const isTaken = (name: string): boolean =>
    new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text);
  let name = wished;
  for (let count = 2; isTaken(name); count++) name = `${wished}${count}`;
  return name;
}
