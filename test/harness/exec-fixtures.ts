import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { lowerUsing } from "./lower-using.ts";
import { sayWithUsing } from "./using-oracle.ts";

const root = join(import.meta.dirname, "../../fixtures/exec");

/** The executable fixtures, by their paths below fixtures/exec. */
export const execFixtures: readonly string[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes("/") && path.endsWith(".ts") && !path.endsWith(".oracle.ts"))
  .sort();

/** The text of a fixture. */
export function readFixture(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The fixture in other words: with `using`, or by hand where that cannot say it. */
export function oracleOf(path: string): string {
  const byHand = join(root, path.replace(/\.ts$/, ".oracle.ts"));
  if (existsSync(byHand)) return lowerUsing(readFileSync(byHand, "utf8"));
  const said = sayWithUsing(readFixture(path));
  if ("unsayable" in said)
    throw new Error(`${path} needs an .oracle.ts: using cannot say\n${said.unsayable}`);
  return lowerUsing(said.text);
}

/** The compiler's options that a fixture asks for: `// @useDefineForClassFields: false`. */
export function optionsIn(source: string): ts.CompilerOptions {
  const options = [...source.matchAll(/^\/\/ @(\w+): (.+)$/gm)];
  return Object.fromEntries(options.map(([, name, value]) => [name!, JSON.parse(value!)]));
}
