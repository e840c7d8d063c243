import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn } from "../harness/exec-fixtures.ts";
import { findMisprint } from "../harness/meant-tree.ts";
import { observeFixture } from "../harness/observe-fixture.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { gapsOf, scattered, scatterTrivia } from "../harness/scatter-trivia.ts";
import { endless } from "../targets/faults-of-typescript.ts";

/** Fixtures that comments do change. */
const excepted = new Set([
  // They log how the text of a function begins.
  "async/identity.ts",
  "generator/identity.ts",
  // TypeScript copies the comments of a class's name into the accessors that it makes of `accessor`, behind `return`.
  "constructor/private-and-accessors.ts",
  "function/in-class-parts.ts",
]);

/** What a fixture logs, or why it cannot be run: below ES2022 TypeScript breaks some by itself. */
async function observe(
  source: string,
  path: string,
  lowering: Lowering,
  target: ts.ScriptTarget,
): Promise<string[]> {
  const compilerOptions = { target, ...optionsIn(gapsOf(path).source) };
  try {
    const { code } = compile(source, { fileName: path, lowering, compilerOptions });
    return await observeFixture(code, path);
  } catch (error) {
    return [String(error)];
  }
}

// Below ES2017 TypeScript makes a `yield` of each `await`, and lets a comment end it.
const { ES2017, ES2022, ESNext } = ts.ScriptTarget;
const targets = fc.oneof(
  { weight: 3, arbitrary: fc.constant(ES2022) },
  { weight: 1, arbitrary: fc.constantFrom(ES2017, ESNext) },
);

describe.each(lowerings)("comments and line breaks between tokens, %s lowering", (lowering) => {
  const logs = new Map<string, Promise<string[]>>();
  const logOf = (path: string, target: ts.ScriptTarget): Promise<string[]> => {
    const key = `${target} ${path}`;
    if (!logs.has(key)) logs.set(key, observe(gapsOf(path).source, path, lowering, target));
    return logs.get(key)!;
  };

  it(
    "change nothing that a fixture does",
    async () => {
      const path = fc.constantFrom(...execFixtures.filter((each) => !excepted.has(each)));
      const property = fc.asyncProperty(path, scattered, targets, async (path, places, target) => {
        if (target === ES2017 && path in endless) return; // it would go on, and fill the memory
        const source = scatterTrivia(gapsOf(path), places);
        const misprint = findMisprint(source, { lowering, fileName: path });
        if (misprint !== undefined) throw new Error(`${misprint}\n\nin the output of\n\n${source}`);
        expect(await observe(source, path, lowering, target), source).toEqual(await logOf(path, target));
      });
      await fc.assert(property, parameters(1 / 8, 1));
    },
    timeout,
  );
});
