// Builds dist/: the runtime as ES module and CommonJS; the transformer, the command line and the editor's plugin as CommonJS.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(`${root}/dist`, { recursive: true, force: true });
// The editor's builds the transformer with its declarations, too.
const projects = [
  "runtime/tsconfig.json",
  "runtime/tsconfig.cjs.json",
  "runtime/node/tsconfig.json",
  "runtime/node/tsconfig.cjs.json",
  "cli/tsconfig.json",
  "editor/tsconfig.json",
];
for (const project of projects) {
  try {
    execFileSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: "inherit" });
  } catch {
    process.exit(1); // tsc has said what is wrong
  }
}

// The package is "type": "module"; these folders are not.
for (const folder of ["dist/runtime/cjs", "dist/transformer", "dist/cli", "dist/editor"]) {
  mkdirSync(`${root}/${folder}`, { recursive: true });
  writeFileSync(`${root}/${folder}/package.json`, '{ "type": "commonjs" }\n');
}
chmodSync(`${root}/dist/cli/main.js`, 0o755); // npm does so when it installs, a link into this folder does not
