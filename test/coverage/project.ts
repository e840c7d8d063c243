import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { compile, type CompileOptions, lowerings } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");
export const fixtures = join(root, "fixtures/coverage");
const { ESNext } = ts.ModuleKind;

/** The ways a subject is written: by hand it has the same text on the same lines, and its marker gives what it is given. */
export const variants = ["by-hand", ...lowerings] as const;
export type Variant = (typeof variants)[number];

export function sourceOf(variant: Variant): string {
  const source = readFileSync(join(fixtures, "subject.ts"), "utf8");
  if (variant !== "by-hand") return source;
  return source
    .replace('from "ts-raii"', 'from "../marker.js"')
    .replaceAll(/^ *"use raii";/gm, "")
    .replaceAll("/** @raii */ ", " ".repeat(13));
}

export function compileVariant(variant: Variant, options: CompileOptions = {}) {
  const lowering = variant === "by-hand" ? undefined : variant;
  const compilerOptions = { module: ESNext, sourceMap: true, ...options.compilerOptions };
  const transform = lowering !== undefined;
  return compile(sourceOf(variant), {
    fileName: "subject.ts",
    ...options,
    ...(lowering && { lowering }),
    transform,
    compilerOptions,
  });
}

/**
 * Writes the project: `src` has the sources, `dist` what `tsc` makes of them. Inside the package, so that the emitted
 * `import "ts-raii"` finds the package itself.
 */
export function writeProject(name: string, options: CompileOptions = {}): string {
  const folder = join(root, ".tmp", name);
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const marker = "export const raii = (value) => value;\n";
  write("src/marker.js", marker);
  write("dist/marker.js", marker);
  for (const variant of variants) {
    const { code, map } = compileVariant(variant, options);
    write(`src/${variant}/subject.ts`, sourceOf(variant));
    write(`dist/${variant}/subject.js`, code);
    write(
      `dist/${variant}/subject.js.map`,
      map!.replace('"subject.ts"', `"../../src/${variant}/subject.ts"`),
    );
  }
  const exercise = readFileSync(join(fixtures, "exercise.ts"), "utf8");
  write("exercise.js", compile(exercise, { transform: false, compilerOptions: { module: ESNext } }).code);
  const imports = variants.map(
    (variant, index) => `import * as subject${index} from "./dist/${variant}/subject.js";`,
  );
  const calls = variants.map((_, index) => `await exercise(subject${index})`);
  const main = (lines: string[]): string =>
    [...lines, 'import { exercise } from "./exercise.js";'].join("\n");
  const compared = `const [byHand, ...ours] = [${calls.join(", ")}].map((results) => JSON.stringify(results));`;
  write(
    "main.js",
    `${main(imports)}\n${compared}\nfor (const each of ours) if (each !== byHand) throw new Error(each);\n`,
  );
  write(
    "main.test.js",
    `${main(["import test from 'node:test';", ...imports])}\ntest("it", async () => {\n${calls.join(";\n")}\n});\n`,
  );
  const sources = imports.map((line) => line.replace("dist", "src").replace(".js", ".ts"));
  write(
    "main.spec.js",
    `${main(["import { it } from 'vitest';", ...sources])}\nit("runs", async () => {\n${calls.join(";\n")}\n});\n`,
  );
  return folder;
}

export function runNode(folder: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
