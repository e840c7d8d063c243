import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";

let loaded: typeof ts | undefined;

/** The TypeScript that is installed, loaded when it is first needed. */
export function loadTypeScript(): typeof ts {
  return (loaded ??= createRequire(join(process.cwd(), "any.js"))("typescript") as typeof ts);
}
