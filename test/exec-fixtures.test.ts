import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, compilers, lowerings } from "./harness/compile.ts";
import { execFixtures, optionsIn, oracleOf, readFixture } from "./harness/exec-fixtures.ts";
import { observeFixture, tick } from "./harness/observe-fixture.ts";
import { sample } from "./harness/sample.ts";

/** What the oracle of a fixture logs, once for each compiler. */
const expectedLogs = new Map<string, Promise<string[]>>();
function expectedLog(path: string, source: string, compiler: typeof ts): Promise<string[]> {
  const key = `${compiler.version} ${path}`;
  const compilerOptions = optionsIn(source);
  const observe = (): Promise<string[]> => {
    const options = { compiler, fileName: path, transform: false, compilerOptions };
    return observeFixture(compile(oracleOf(path), options).code, path);
  };
  const log = expectedLogs.get(key) ?? observe();
  expectedLogs.set(key, log);
  return log;
}

const { CommonJS, ESNext } = ts.ModuleKind;
/**
 * What the format changes is what a name means: in CommonJS the compiler rewrites each use of an import. One format is
 * enough for the older compiler: what differs there is the factory, not the names.
 */
const settings = [
  { version: "TypeScript 6", format: "CommonJS" },
  { version: "TypeScript 6", format: "ES modules" },
  { version: "TypeScript 5.9", format: "CommonJS" },
] as const;
const compilations = lowerings.flatMap((lowering) =>
  settings.map((setting, turn) => ({ lowering, ...setting, turn })),
);

describe.each(compilations)(
  "fixtures/exec under the $lowering lowering, $version, $format",
  ({ lowering, version, format, turn }) => {
    const compiler = compilers[version];
    it.each(sample(execFixtures, settings.length, turn))("%s behaves as its oracle", async (path) => {
      const source = readFixture(path);
      const isSayable = !/ = require\(/.test(source);
      const module = format === "ES modules" && isSayable ? ESNext : CommonJS;
      const compilerOptions = { ...optionsIn(source), module };
      const compiled = compile(source, { compiler, fileName: path, lowering, compilerOptions });
      expect(compiled.diagnostics.map(({ messageText }) => messageText)).toEqual([]);
      // An ES module is evaluated as the CommonJS that TypeScript makes of it: each name still means what it says there.
      const asCommonJS = { ...compilerOptions, module: CommonJS };
      const { code } =
        module === CommonJS
          ? compiled
          : compile(compiled.code, {
              compiler,
              fileName: path,
              transform: false,
              compilerOptions: asCommonJS,
            });

      const log = await observeFixture(code, path);
      const expected = await expectedLog(path, source, compiler);
      const withoutTicks = (lines: string[]): string[] => lines.filter((line) => line !== tick);
      expect(withoutTicks(log)).toEqual(withoutTicks(expected)); // first what happens, then when
      expect(log).toEqual(expected);
      expect(log.some((line) => line.startsWith("+"))).toBe(true); // a fixture that acquires nothing shows nothing
    });
  },
);
