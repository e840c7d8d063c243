import { transformSync } from "esbuild";
import { minify } from "terser";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, readFixture } from "../harness/exec-fixtures.ts";
import { observeFixture } from "../harness/observe-fixture.ts";

// Names stay: fixtures log those of functions, of classes, and of variables in messages of the engine.
const minifiers = {
  terser: async (code: string) =>
    (await minify(code, { mangle: false, keep_fnames: true, keep_classnames: true })).code!,
  esbuild: async (code: string) =>
    transformSync(code, { minifySyntax: true, minifyWhitespace: true, keepNames: true }).code,
};

/** Where a minifier changes what code of this kind means, or refuses it, also without us. */
const excepted = {
  terser: new Map([
    ["async-generator/closed-from-within.ts", "`x = 1; return;` becomes `return void (x = 1)`, a tick more"],
    ["closure/assigned-constants.ts", "an assignment to the name of a function expression no longer throws"],
    ["lifetime/temporal-dead-zone.ts", "a `let` in a clause that is never reached is dropped"],
    ["parameter/closures-in-initializers.ts", "a function is moved away from the parameter it reads"],
    ["parameter/length-and-name.ts", "names that functions take from their variables"],
    ["using/names-of-wrapped-values.ts", "names that classes take from their variables"],
  ]),
  esbuild: new Map([
    ["completion/for-head-labelled.ts", "refuses a label that stands twice in one function"],
    ["for-await/labels-and-names.ts", "refuses a label that stands twice in one function"],
  ]),
};

const combinations = lowerings.flatMap((lowering) =>
  (["terser", "esbuild"] as const).map((minifier) => ({ lowering, minifier })),
);
/** `RUNS=1` or more: every fixture in each combination; else each fixture in one of them. */
const isWhole = process.env.RUNS !== undefined;

describe.each(combinations)("what $minifier makes of the $lowering lowering", ({ lowering, minifier }) => {
  const turn = combinations.findIndex((each) => each.lowering === lowering && each.minifier === minifier);
  const fixtures = execFixtures.filter(
    (path, index) => !excepted[minifier].has(path) && (isWhole || index % combinations.length === turn),
  );

  it.each(fixtures)("%s does what it did", async (path) => {
    const source = readFixture(path);
    const compilerOptions = { ...optionsIn(source), sourceMap: false };
    const { code } = compile(source, { fileName: path, lowering, compilerOptions });
    expect(await observeFixture(await minifiers[minifier](code), path)).toEqual(
      await observeFixture(code, path),
    );
  });
});
