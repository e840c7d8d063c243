import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { applyInsertions, type Insertion, type Literal, type ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** Reads JSON, with comments and trailing commas where there are any. @throws {UnknownShape} for a syntax error. */
export function parseJson(text: string): ObjectLiteral {
  const errors: ParseError[] = [];
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  // A byte order mark is no JSON; a space instead keeps the places.
  const tree = parseTree(start === 1 ? ` ${text.slice(1)}` : text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new UnknownShape(`it has a syntax error in line ${line}: ${printParseErrorCode(error.error)}`);
  }
  const literal = tree && literalOf(tree);
  if (literal?.kind !== "object") throw new UnknownShape("it is no JSON object");
  return literal;
}

function literalOf({ type, offset, length, children = [], value }: Node): Literal {
  const range = { start: offset, end: offset + length };
  if (type === "string") return { ...range, kind: "text", text: value as string };
  if (type === "array") {
    const items = children.map((each) => ({
      start: each.offset,
      end: each.offset + each.length,
      value: literalOf(each),
    }));
    return { ...range, kind: "array", items };
  }
  if (type !== "object") return { ...range, kind: "other" };
  const items = children.map(({ offset: at, length: size, children: [key, of] = [] }) => ({
    start: at,
    end: at + size,
    key: key!.value as string,
    value: literalOf(of!),
  }));
  return { ...range, kind: "object", items };
}

/** Writes a text, or a key, as JSON does. */
export const quoted = (key: string): string => JSON.stringify(key);

/** Changes JSON by what is inserted, and makes sure that it still is JSON. */
export function changeJson(text: string, insertions: readonly Insertion[]): string {
  const changed = applyInsertions(text, insertions);
  parseJson(changed);
  return changed;
}
