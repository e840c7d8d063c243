// Builds dist/: the runtime as ES module and CommonJS, the transformer and the editor's plugin as CommonJS.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(`${root}/dist`, { recursive: true, force: true });
// That of the editor builds the transformer, too.
for (const project of ["runtime/tsconfig.json", "runtime/tsconfig.cjs.json", "editor/tsconfig.json"]) {
  try {
    execFileSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: "inherit" });
  } catch {
    process.exit(1); // tsc has said what is wrong
  }
}

// The package is "type": "module"; these folders are not.
for (const folder of ["dist/runtime/cjs", "dist/transformer", "dist/editor"]) {
  mkdirSync(`${root}/${folder}`, { recursive: true });
  writeFileSync(`${root}/${folder}/package.json`, '{ "type": "commonjs" }\n');
}
