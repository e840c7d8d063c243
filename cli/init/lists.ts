import { insertFirst } from "./insert";
import type { Insertion, Literal, ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** A property of an object that is written out. @throws {UnknownShape} where what it is cannot be told. */
export function propertyOf({ items }: ObjectLiteral, key: string): Literal | undefined {
  const found = items.filter((each) => each.key === key);
  const index = items.findIndex((each) => each.key === key);
  const later = items.slice(index + 1);
  if (found.length > 1) throw new UnknownShape(`it has "${key}" twice`);
  if (later.some((each) => each.key === undefined))
    throw new UnknownShape(
      found.length === 0
        ? `"${key}" may be among what it takes from elsewhere`
        : `what it takes from elsewhere may replace "${key}"`,
    );
  return found[0]?.value;
}

/**
 * Puts an element first into the list that a path leads to, and makes what is not there on the way.
 *
 * @param writeKey writes a key as the file does.
 * @throws {UnknownShape} where something on the way is no object, or the end no list.
 */
export function insertIntoList(
  text: string,
  root: ObjectLiteral,
  path: readonly string[],
  element: string,
  writeKey: (key: string) => string,
): Insertion {
  let at = root;
  for (const [index, key] of path.entries()) {
    const value = propertyOf(at, key);
    if (value === undefined) {
      const rest = path
        .slice(index + 1)
        .reduceRight((inner, each) => `{ ${writeKey(each)}: ${inner} }`, `[${element}]`);
      return insertFirst(text, at, `${writeKey(key)}: ${rest}`);
    }
    if (index === path.length - 1) {
      if (value.kind !== "array")
        throw new UnknownShape(`"${path.join(".")}" is no list that is written out`);
      return insertFirst(text, value, element);
    }
    if (value.kind !== "object") throw new UnknownShape(`"${key}" is no object that is written out`);
    at = value;
  }
  throw new UnknownShape("it has no such list");
}

/** Whether the list that a path leads to has an element. */
export function hasElement(root: ObjectLiteral, path: readonly string[], element: string): boolean {
  let at: Literal = root;
  for (const key of path) {
    const next: Literal | undefined =
      at.kind === "object" ? at.items.find((each) => each.key === key)?.value : undefined;
    if (next === undefined) return false;
    at = next;
  }
  return (
    at.kind === "array" &&
    at.items.some(
      ({ value }) =>
        (value.kind === "text" && value.text === element) ||
        (value.kind === "object" && textOf(value, "name") === element),
    )
  );
}

/** The text of a property, as far as it is one. */
export function textOf({ items }: ObjectLiteral, key: string): string | undefined {
  const value = items.find((each) => each.key === key)?.value;
  return value?.kind === "text" ? value.text : undefined;
}
