import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { parameters } from "../harness/sample.ts";

/** What a marker can be called by: it is always there, so that all of these mean the first. */
const calls = [
  "raii(r)",
  "raii?.(r)",
  "all.raii?.(r)",
  "all?.raii(r)",
  "all?.raii?.(r)",
  "(raii)?.(r)",
  "raii?.(r)!",
];
const links = [
  ".next",
  "?.next",
  '["next"]',
  '?.["next"]',
  ".call()",
  "?.call()",
  ".call?.()",
  "!",
  ".none?.deep",
  "()",
  "?.()",
];
const { ES2015, ES2017, ES2019, ES2020, ES2022, ESNext } = ts.ScriptTarget;

/** A resource at each step of a chain, which counts the steps. */
const setUp = `
const step = (n) => Object.assign(() => step(n + 100), {
  get next() { return step(n + 1); },
  call() { return step(n + 10 * (this === undefined ? 0 : 1)); },
  valueOf: () => n,
  [Symbol.dispose]() {},
});
const r = step(0);`;

describe.each(lowerings)("a marker in an optional chain, %s lowering", (lowering) => {
  const run = (call: string, rest: string, target: ts.ScriptTarget): string => {
    const source = `import { raii } from "ts-raii";
import * as all from "ts-raii";${setUp}
export function test() {
  "use raii";
  return String(Number(${call}${rest}));
}`;
    const { code } = compile(source, { lowering, compilerOptions: { target } });
    try {
      return evaluate(code).test();
    } catch (error) {
      return String(error);
    }
  };

  it("means the call without `?.`, at every target", () => {
    const property = fc.property(
      fc.constantFrom(...calls),
      fc.array(fc.constantFrom(...links), { maxLength: 5 }),
      fc.constantFrom(ES2015, ES2017, ES2019, ES2020, ES2022, ESNext),
      (call, rest, target) => {
        const text = rest.join("");
        // The same object by a name: what comes behind is evaluated as it is written.
        expect(run(call, text, target)).toBe(run("(raii(r), r)", text, ESNext));
      },
    );
    fc.assert(property, parameters(1 / 3));
  });
});
