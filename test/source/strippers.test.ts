import * as module from "node:module";
import { transformSync as transformByBabel } from "@babel/core";
import { transformSync as transformBySwc } from "@swc/core";
import { transformSync as transformByEsbuild } from "esbuild";
import { transformSync as transformByOxc } from "rolldown/utils";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, oracleOf, readFixture } from "../harness/exec-fixtures.ts";
import { observeFixture } from "../harness/observe-fixture.ts";
import { sample } from "../harness/sample.ts";

/*
 * What `transform` gives is TypeScript. Whatever takes the types out of it gives a program that does what the oracle does.
 */

type Strip = (code: string, fileName: string, useDefine: boolean) => string;

const strippers: Readonly<Record<string, Strip>> = {
  esbuild: (code, _, useDefineForClassFields) =>
    transformByEsbuild(code, {
      loader: "ts",
      target: "esnext",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields } },
    }).code,
  swc: (code, filename, useDefineForClassFields) =>
    transformBySwc(code, {
      filename,
      configFile: false,
      swcrc: false,
      isModule: true,
      jsc: {
        parser: { syntax: "typescript", decorators: true },
        target: "es2022",
        transform: { decoratorVersion: "2022-03", useDefineForClassFields, verbatimModuleSyntax: true },
      },
    }).code,
  oxc: (code, fileName, useDefine) => {
    const { code: stripped, errors } = transformByOxc(fileName, code, {
      lang: "ts",
      target: "esnext",
      typescript: { onlyRemoveTypeImports: true, removeClassFieldsWithoutInitializer: !useDefine },
      assumptions: { setPublicClassFields: !useDefine },
    });
    expect(errors.map(({ message }) => message)).toEqual([]);
    return stripped;
  },
  Babel: (code, filename) =>
    transformByBabel(code, {
      filename,
      configFile: false,
      babelrc: false,
      parserOpts: { plugins: ["explicitResourceManagement", "decorators", "decoratorAutoAccessors"] },
      presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: true, allowDeclareFields: true }]],
    })!.code!,
};

const { stripTypeScriptTypes } = module as typeof module & {
  stripTypeScriptTypes?: (code: string, options?: { mode?: "strip" | "transform" }) => string; // since Node 22.13
};
if (stripTypeScriptTypes === undefined)
  console.log("Node's own type stripping is not tested: this Node has none.");
const byNode: Record<string, Strip> = stripTypeScriptTypes
  ? { Node: (code) => stripTypeScriptTypes(code) }
  : {};

const allowJs = { allowJs: true };

/** What a fixture logs once its types are gone; the error where it cannot be compiled. */
async function observeStripped(
  code: string,
  path: string,
  strip: Strip,
): Promise<readonly string[] | string> {
  const options = optionsIn(readFixture(path));
  const fileName = path.replace(/\.ts$/, ".js");
  try {
    const stripped = strip(code, path, options.useDefineForClassFields !== false);
    const plain = compile(stripped, {
      fileName,
      transform: false,
      compilerOptions: { ...options, ...allowJs },
    });
    return await observeFixture(plain.code, path);
  } catch (error) {
    return String(error);
  }
}

const isOfCommonJS = (path: string): boolean => / = require\(/.test(readFixture(path));
/** They log how the text of a function begins, which each tool prints in its way. */
const showsText = (path: string): boolean => path.endsWith("/identity.ts");

/** Faults of the tools, each seen without us, too, in code that the oracles do not have. */
const faults: Readonly<Record<string, readonly string[]>> = {
  esbuild: [
    "completion/for-head-labelled.ts", // of two labels of a loop, `continue` takes only the inner one
    "position/in-operators-in-for-heads.ts", // `for (var a = (yield b in c); …)` loses its parentheses
  ],
  swc: [
    // Computed names are evaluated before what the class extends.
    "async-position/class-parts.ts",
    "function/in-class-parts.ts",
    "position/class-parts.ts",
    "closure/captured-in-blocks.ts", // a function in a `case` does not see the `let` of a later one
  ],
  oxc: [
    // Assigns parameter properties, and fields, before `super()` where that stands in a block, such as a `try` of ours.
    "constructor/fields.ts",
    "constructor/fields-assigned.ts",
  ],
};

// docs/hosts.md tells of it.
it.each([
  [true, "a statement before it", "const given = name; super(given);"],
  [false, "in a block", "{ super(name); }"],
  [false, "in a try", "try { super(name); } finally {}"],
])("oxc sees super() for parameter properties without us, too: %s, %s", (sees, _, body) => {
  const code = `class Derived extends Object { constructor(readonly name) { ${body} } }\nnew Derived("a");`;
  const run = (): unknown => new Function(strippers.oxc!(code, "a.ts", true))();
  if (sees) expect(run).not.toThrow();
  else expect(run).toThrow("super");
});

describe.each(Object.entries({ ...strippers, ...byNode }))("%s", (stripper, strip) => {
  const fixtures = execFixtures.filter(
    (path) => !isOfCommonJS(path) && !showsText(path) && !faults[stripper]?.includes(path),
  );
  let tested = 0;

  it.each(sample(fixtures, 60))("%s", async (path) => {
    const compilerOptions = optionsIn(readFixture(path));
    const oracle = compile(oracleOf(path), { fileName: path, transform: false, compilerOptions });
    const expected = await observeFixture(oracle.code, path);
    // What a tool does not compile without us, it does not compile with us.
    const byTool = await observeStripped(oracleOf(path), path, strip);
    if (!Array.isArray(byTool) || byTool.join() !== expected.join()) return;
    for (const lowering of lowerings) {
      const { code } = transform(readFixture(path), path, { lowering, typescript: ts })!;
      expect(await observeStripped(code, path, strip)).toEqual(expected);
    }
    tested++;
  });

  it.each(faults[stripper] ?? [])("%s: the tool still has its fault", async (path) => {
    const compilerOptions = optionsIn(readFixture(path));
    const oracle = compile(oracleOf(path), { fileName: path, transform: false, compilerOptions });
    const expected = JSON.stringify(await observeFixture(oracle.code, path));
    const observed = lowerings.map(async (lowering) => {
      const { code } = transform(readFixture(path), path, { lowering, typescript: ts })!;
      return JSON.stringify(await observeStripped(code, path, strip));
    });
    expect((await Promise.all(observed)).filter((each) => each !== expected)).not.toEqual([]);
  });

  it("most fixtures are compiled by the tool alone", () => {
    expect(tested / sample(fixtures, 60).length).toBeGreaterThan(0.8);
  });
});
