import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/**
 * A name that nothing else in the file has: `scope_1`, `scope_2`, …
 *
 * Every name of the emitted code is made here. TypeScript settles the text when it prints, and by itself tries `_1`, `_2`, …
 * from the start for each name: time quadratic in the names of a file. So we number them ourselves.
 * TypeScript then only checks the name (an optimistic one), and adds to it if the file already uses it.
 *
 * @param first what the first one of the file is called: `scope_1` ("numbered") or `scope` ("plain", then `scope_1`).
 */
export function createName(
  { factory, names, tsInstance }: LowerContext,
  base: string,
  first: "numbered" | "plain" = "numbered",
): ts.Identifier {
  const number = names.get(base) ?? (first === "plain" ? 0 : 1);
  names.set(base, number + 1);
  const text = number === 0 ? base : `${base}_${number}`;
  return factory.createUniqueName(text, tsInstance.GeneratedIdentifierFlags.Optimistic);
}
