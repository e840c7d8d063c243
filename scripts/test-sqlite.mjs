// Runs the tests on the SQLite clients that `npm ci` does not bring: `npm run test:sqlite`. better-sqlite3 is
// compiled, which takes minutes,
// and is kept in .tmp for the next time; node:sqlite is a part of later Nodes, which npm's package `node` brings.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = fileURLToPath(new URL("../.tmp/better-sqlite3", import.meta.url));
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--mode", "sqlite"];

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return status === 0;
}

function install() {
  if (existsSync(`${folder}/node_modules/better-sqlite3/build/Release/better_sqlite3.node`)) return true;
  mkdirSync(folder, { recursive: true });
  return run("npm", [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "better-sqlite3@12",
  ]);
}

console.log(`better-sqlite3 on Node ${process.version}`);
const first = install() && run(process.execPath, vitest, { BETTER_SQLITE3: folder });
console.log("\nnode:sqlite on Node 24");
const second = run("npm", ["exec", "--yes", "--package=node@24", "--", "node", ...vitest], {
  BETTER_SQLITE3: "",
});
process.exitCode = first && second ? 0 : 1;
