// Everything that is checked without running the code, after `npm run build`: `npm run check`. The checks run side by side.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const checks = [
  ["eslint/bin/eslint.js", "."],
  ["prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."],
  ...[".", "runtime", "editor", "cli"].map((project) => ["typescript/bin/tsc", "-p", project, "--noEmit"]),
];

/** @returns what a check prints, and whether it passes. */
function run([script, ...args]) {
  const path = fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ passes: code === 0, output })));
}

const results = await Promise.all(checks.map(run));
for (const { output } of results) process.stdout.write(output);
process.exitCode = results.every(({ passes }) => passes) ? 0 : 1;
