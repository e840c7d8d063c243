import { lineBreak } from "./insert";
import { UnknownShape } from "./unknown-shape";

/**
 * Lets Bun load a module before the program.
 *
 * @param table the table of bunfig.toml: none for programs, `test` for `bun test`.
 */
export function addPreload(text: string, module: string, table: "" | "test"): string {
  const nl = lineBreak(text);
  const header = table === "" ? undefined : new RegExp(`^\\[${table}\\][^\\S\\n]*(?:#.*)?$`, "m").exec(text);
  if (table !== "" && header === null) {
    const gap = text === "" || text.endsWith("\n") ? "" : nl;
    return `${text}${gap}${text === "" ? "" : nl}[${table}]${nl}preload = ["${module}"]${nl}`;
  }
  const start = header === undefined || header === null ? 0 : header.index + header[0].length;
  const next = /^\s*\[[^\]\n]+\]/m.exec(text.slice(start));
  const part = text.slice(start, next === null ? undefined : start + next.index);
  const [found, before] = /^([^\S\n]*preload[^\S\n]*=[^\S\n]*)/m.exec(part) ?? [];
  if (found === undefined) {
    const line = `preload = ["${module}"]`;
    return start === 0 ? `${line}${nl}${text}` : `${text.slice(0, start)}${nl}${line}${text.slice(start)}`;
  }
  const at = start + part.indexOf(found) + before!.length;
  const list = /^\[(?:\s*"[^"\\\n]*"\s*,?)*\s*\]/.exec(text.slice(at));
  if (list === null) throw new UnknownShape('"preload" is no list of texts that is written out');
  const isEmpty = /^\[\s*\]/.test(list[0]);
  return `${text.slice(0, at + 1)}"${module}"${isEmpty ? "" : ", "}${text.slice(at + 1)}`;
}
