import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";

export const execRoot = join(import.meta.dirname, "../../fixtures/exec");

/** The executable fixtures, as paths below `execRoot`; oracles written by hand left out. */
export const execFixtures: readonly string[] = readdirSync(execRoot, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes("/") && /(?<!\.oracle)\.ts$/.test(path))
  .sort();

/** The text of a fixture. */
export function readFixture(path: string): string {
  return readFileSync(join(execRoot, path), "utf8");
}

/** The compiler's options that a fixture asks for: `// @useDefineForClassFields: false`. */
export function optionsIn(source: string): ts.CompilerOptions {
  const options = [...source.matchAll(/^\/\/ @(\w+): (.+)$/gm)];
  return Object.fromEntries(options.map(([, name, value]) => [name!, JSON.parse(value!)]));
}
