import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts6 from "typescript";
import ts5 from "typescript-5";
import { beforeAll, describe, expect, it } from "vitest";
import { sample } from "../harness/sample.ts";

type Compiler = typeof ts6;

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = [
  "raii.ts",
  "make.ts",
  "delegation.ts",
  "defaults.ts",
  "async.ts",
  "combinators.ts",
  "contextlib.ts",
  "ownership.ts",
  "sharing.ts",
  "database.ts",
];
/** What needs Node's types, too. */
const namesOfNode = ["node-files.ts", "node-processes.ts"];

/** Every diagnostic, as `file:line message`: an error that is expected and does not come is one as well. */
function compile(ts: Compiler, overrides: Record<string, unknown>, compiled = names): string[] {
  const files = compiled.map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const compilerOptions = { ...config.compilerOptions, ...overrides };
  const { options, errors } = ts.parseJsonConfigFileContent({ compilerOptions, files }, ts.sys, root);
  const program = ts.createProgram(files, options);
  return [...errors, ...ts.getPreEmitDiagnostics(program)].map(({ file, start, messageText }) => {
    const at = file
      ? `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1} `
      : "";
    return at + ts.flattenDiagnosticMessageText(messageText, "\n");
  });
}

const compilers = [
  { name: `typescript ${ts6.version}`, ts: ts6 },
  { name: `typescript ${ts5.version}`, ts: ts5 as unknown as Compiler },
];

const settings = {
  "this repository's options": {},
  "a project whose lib does not have Disposable": { lib: ["es2022"], types: [] },
  "a project with a bundler and without exactOptionalPropertyTypes": {
    module: "esnext",
    moduleResolution: "bundler",
    exactOptionalPropertyTypes: false,
    noUncheckedIndexedAccess: false,
  },
};

describe.each(compilers)("public types under $name", ({ ts }) => {
  // `npm run check` compiles them with the options of this repository.
  const tried = sample(Object.entries(settings), 3, ts === ts6 ? 2 : 1);
  describe.each(tried)("%s", (_, overrides) => {
    const compiled = "types" in overrides ? names : [...names, ...namesOfNode];
    let diagnostics: string[] = [];
    beforeAll(() => void (diagnostics = compile(ts, overrides, compiled)), 120_000);

    it.each(compiled)("%s", (name) => {
      expect(diagnostics.filter((each) => each.startsWith(`test/types/${name}:`))).toEqual([]);
    });

    it("nothing else", () => {
      expect(
        diagnostics.filter((each) => !compiled.some((name) => each.startsWith(`test/types/${name}:`))),
      ).toEqual([]);
    });
  });
});

describe("the check itself", () => {
  it("reports what does not compile", { timeout: 120_000 }, () => {
    // Without `strict` no `undefined` is told apart, so some expected errors do not come.
    expect(compile(ts6, { strict: false, exactOptionalPropertyTypes: false }, ["raii.ts"])).not.toEqual([]);
  });
});
