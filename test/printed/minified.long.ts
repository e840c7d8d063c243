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

/** Where a minifier changes what code of this kind means, or refuses it, also when it is written by hand. */
const twoLabels = "refuses `continue` to the first of two labels";
const twice = "refuses a label that stands twice in one function";
const inferred = "drops names that functions and classes take from their variables";
const moved = "moves a function of a parameter's default to where the parameter is not known";
const excepted = {
  terser: new Map([
    ["async-closure/parameters-captured.ts", moved],
    ["async-generator/closed-from-within.ts", "makes `return void (x = 1)` of `x = 1; return;`: a tick more"],
    [
      "closure/assigned-constants.ts",
      "drops an assignment to the name of a function expression, which throws",
    ],
    ["completion/for-head-labelled.ts", twoLabels],
    ["for-await/labels-and-names.ts", twoLabels],
    ["lifetime/temporal-dead-zone.ts", "drops a `let` in a clause that is never reached"],
    ["parameter/closures-in-initializers.ts", moved],
    ["parameter/length-and-name.ts", inferred],
    ["using/names-of-wrapped-values.ts", inferred],
    ["using/null-and-names.ts", inferred],
  ]),
  esbuild: new Map([
    ["completion/for-head-labelled.ts", twice],
    ["for-await/labels-and-names.ts", twice],
    ["position/in-operators-in-for-heads.ts", "drops the parentheses around an `in` that a `yield` gives"],
  ]),
};

/** Minifiers rename where two scopes have one name. */
const withoutNames = (log: string[]): string[] =>
  log.map((line) => line.replace(/access ['"]\w+['"]/, "access …"));

const combinations = lowerings.flatMap((lowering) =>
  (["terser", "esbuild"] as const).map((minifier) => ({ lowering, minifier })),
);
describe.each(combinations)("what $minifier makes of the $lowering lowering", ({ lowering, minifier }) => {
  const fixtures = execFixtures.filter((path) => !excepted[minifier].has(path));

  it.each(fixtures)("%s does what it did", async (path) => {
    const source = readFixture(path);
    const compilerOptions = { ...optionsIn(source), sourceMap: false };
    const { code } = compile(source, { fileName: path, lowering, compilerOptions });
    const log = await observeFixture(await minifiers[minifier](code), path);
    expect(withoutNames(log)).toEqual(withoutNames(await observeFixture(code, path)));
  });
});
