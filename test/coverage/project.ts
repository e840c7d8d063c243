import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { compile, type Compiled, lowerings } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "fixtures/coverage");

/** By hand a file has the same text on the same lines, is not compiled by us, and its marker gives what it is given. */
export const variants = ["by-hand", ...lowerings] as const;
export type Variant = (typeof variants)[number];
export const files = ["subject", "ignored"] as const;

/** The text of a fixture. By hand it has no annotations, and its marker is another. */
export function sourceOf(variant: Variant, file: string): string {
  const annotated = readFileSync(join(fixtures, `${file}.ts`), "utf8");
  if (variant !== "by-hand") return annotated;
  return annotated
    .replace('from "ts-raii"', 'from "../marker.js"')
    .replaceAll(/^ *"use raii";/gm, "")
    .replaceAll(/\/\*\* @raii \*\//g, ({ length }) => " ".repeat(length));
}

/** What the compiler makes of a fixture. */
export function compileFixture(variant: Variant, file: string, compiler?: typeof ts): Compiled {
  return compile(sourceOf(variant, file), {
    ...(compiler && { compiler }),
    ...(variant === "by-hand" ? { transform: false } : { lowering: variant }),
    fileName: `${file}.ts`,
    compilerOptions: { module: ts.ModuleKind.ESNext },
  });
}

/**
 * Writes a project that runs every variant: `src` has the sources, `dist` what the compiler makes of them. It is inside the
 * package, so that the emitted `import "ts-raii"` finds the package itself.
 *
 * @returns its folder.
 */
export function writeProject(name: string): string {
  const folder = join(root, ".tmp", name);
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, ...lines: string[]): void => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, `${lines.join("\n")}\n`);
  };
  for (const home of ["src", "dist"]) write(`${home}/marker.js`, "export const raii = (value) => value;");
  for (const variant of variants) {
    for (const file of files) {
      const { code, map } = compileFixture(variant, file);
      write(`src/${variant}/${file}.ts`, sourceOf(variant, file));
      write(`dist/${variant}/${file}.js`, code);
      write(
        `dist/${variant}/${file}.js.map`,
        map!.replace(`"${file}.ts"`, `"../../src/${variant}/${file}.ts"`),
      );
    }
  }
  const exercise = readFileSync(join(fixtures, "exercise.ts"), "utf8");
  const { ESNext } = ts.ModuleKind;
  write(
    "exercise.js",
    compile(exercise, { transform: false, compilerOptions: { module: ESNext, sourceMap: false } }).code,
  );

  const run = (home: string, extension: string): string[] => [
    'import { exercise } from "./exercise.js";',
    ...variants.flatMap((variant, index) =>
      files.map((file) => `import * as ${file}${index} from "./${home}/${variant}/${file}.${extension}";`),
    ),
    "export async function run() {",
    "  const results = [];",
    ...variants.map(
      (_, index) => `  results.push(JSON.stringify(await exercise(subject${index}, ignored${index})));`,
    ),
    "  for (const each of results) if (each !== results[0]) throw new Error(each);",
    "}",
  ];
  write("main.js", ...run("dist", "js"), "await run();");
  write("main.test.js", ...run("dist", "js"), 'import { test } from "node:test";', 'test("runs", run);');
  write("main.spec.js", ...run("src", "ts"), 'import { it } from "vitest";', 'it("runs", run);');
  write("vitest.config.js", vitestConfig);
  return folder;
}

/** A plugin gives vitest what our transformer has made, as one that called it would. */
const vitestConfig = `
import { readFileSync } from "node:fs";
const provider = process.env.PROVIDER;
const plugin = {
  name: "ts-raii",
  enforce: "pre",
  transform(source, id) {
    if (!/src.[\\w-]+.\\w+\\.ts$/.test(id)) return undefined;
    const file = id.replace("/src/", "/dist/").replace(/ts$/, "js");
    const code = readFileSync(file, "utf8").replace(/\\n\\/\\/# sourceMappingURL=.*/, "");
    const map = JSON.parse(readFileSync(file + ".map", "utf8"));
    return { code, map: { ...map, sources: [id], sourcesContent: [source] } };
  },
};
export default {
  root: import.meta.dirname,
  oxc: false, // it would take the comments out
  plugins: [plugin],
  test: {
    include: ["main.spec.js"],
    coverage: { enabled: true, provider, reporter: ["json"], include: ["src/**/*.ts"], exclude: [], reportsDirectory: "out/" + provider },
  },
};
`;

/** Runs Node in the project. */
export function runNode(folder: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", VITEST: "", ...env },
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
