import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { buildSync } from "esbuild";

const require = createRequire(import.meta.url);

/** Loads a TypeScript source, given by its path in the repository, with all that it imports. @returns its exports. */
export function loadSource(path) {
  const filename = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const { outputFiles } = buildSync({
    entryPoints: [filename],
    bundle: true,
    external: ["typescript"],
    format: "cjs",
    platform: "node",
    write: false,
  });
  const module = { exports: {} };
  compileFunction(outputFiles[0].text, ["module", "require"], { filename })(module, require);
  return module.exports;
}
