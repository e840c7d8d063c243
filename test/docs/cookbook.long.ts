import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { findingsOf } from "../harness/check-program.ts";
import { compile, lowerings } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");
const work = join(root, ".tmp/cookbook");

interface Recipe {
  readonly name: string;
  readonly source: string;
  readonly prints: string;
  /** Its place in a folder of its own, without the extension. */
  readonly path: string;
}

/** The recipes of a page: under each heading of the second level a module, and below it what that prints. */
function recipesOf(page: string): Recipe[] {
  const sections = readFileSync(join(root, "docs/cookbook", page), "utf8")
    .split(/^## /m)
    .slice(1);
  return sections.flatMap((section) => {
    const name = section.slice(0, section.indexOf("\n")).replaceAll("`", "");
    const recipes = [...section.matchAll(/```ts\n([^]*?)```\n+```text\n([^]*?)```/g)];
    return recipes.map(([, source, prints], index) => {
      const path = join(basename(page, ".md"), `${name.replaceAll(/\W+/g, "-")}-${index}`);
      return {
        name: recipes.length > 1 ? `${name} ${index + 1}` : name,
        source: source!,
        prints: prints!,
        path,
      };
    });
  });
}

/** Runs a compiled recipe as a program of its own: some change what belongs to the whole process. */
function run(file: string): string {
  const code = `const { default: main } = await import(process.argv[1]); await main();`;
  const args = ["--no-warnings", "--expose-gc", "--input-type=module", "--eval", code, "--", file];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: work,
    encoding: "utf8",
    timeout: 60_000,
  });
  return stdout + stderr;
}

const pages = readdirSync(join(root, "docs/cookbook"))
  .filter((page) => page !== "README.md")
  .sort();
const recipes = pages.flatMap(recipesOf);

describe("docs/cookbook", () => {
  let program: ts.Program;
  beforeAll(() => {
    rmSync(work, { recursive: true, force: true });
    for (const { path, source } of recipes) {
      mkdirSync(join(work, "ts", path, ".."), { recursive: true });
      writeFileSync(join(work, "ts", `${path}.ts`), source);
    }
    program = ts.createProgram({
      rootNames: recipes.map(({ path }) => join(work, "ts", `${path}.ts`)),
      options: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
        types: ["node"],
        strict: true,
        skipLibCheck: true,
        noEmit: true,
      },
    });
  });

  it.each(pages)("every section of %s is a recipe", (page) => {
    const sections = readFileSync(join(root, "docs/cookbook", page), "utf8")
      .split(/^## /m)
      .slice(1);
    const shown = new Set(recipesOf(page).map(({ path }) => path.replace(/-\d+$/, "")));
    expect(shown.size).toBe(sections.length);
    expect(shown.size).toBeGreaterThan(0);
  });

  describe.each(recipes)("$name", ({ path, source, prints }) => {
    it("has the types and no findings", () => {
      const file = join(work, "ts", `${path}.ts`);
      const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
      expect(
        diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      ).toEqual([]);
      expect(findingsOf(program, file)).toEqual([]);
    });

    it.each(lowerings)("prints what is shown, %s lowering", (lowering) => {
      const { code, diagnostics } = compile(source, {
        lowering,
        compilerOptions: { module: ts.ModuleKind.ESNext },
      });
      expect(diagnostics).toEqual([]);
      const file = join(work, lowering, `${path}.js`);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, code);
      expect(run(file)).toBe(prints);
    });
  });
});
