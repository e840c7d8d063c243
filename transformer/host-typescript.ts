import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";
import { loadTypeScript } from "../toolchain/load-typescript";

/**
 * The TypeScript of a host that hands none: the copy that made the transformation. Nodes of two copies do not mix. A host has
 * loaded it before it calls a transformer, and it hands its factory to each.
 *
 * @param folder where the host looks for TypeScript, if no copy that is loaded can be told to be its own.
 * @throws {Error} where the copy cannot be told, as where it is bundled into the host.
 */
export function hostTypeScript(context: ts.TransformationContext, folder = process.cwd()): typeof ts {
  const { cache } = createRequire(join(folder, "package.json"));
  const isOfHost = (module: unknown): module is typeof ts =>
    typeof module === "object" && (module as Partial<typeof ts> | null)?.factory === context.factory;
  for (const path in cache) {
    // Others may have getters that warn, or load more.
    if (!/typescript/i.test(path)) continue;
    const exported: unknown = cache[path]?.exports;
    if (isOfHost(exported)) return exported;
  }
  const found = loadTypeScript(folder);
  if (isOfHost(found)) return found;
  throw new Error(
    "ts-raii: the TypeScript of this build is another copy than the one that is installed. Hand it over: transformer(program, options, { ts }).",
  );
}
