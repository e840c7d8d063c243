// Runs the tests on the other Nodes that are supported, after `npm run build`: `npm run test:matrix`. NODES=26 takes one of
// them, and arguments are handed to vitest. npm's package `node` brings the Nodes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { newerNodes } from "./node-versions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const versions = process.env.NODES?.split(",") ?? newerNodes;
const failed = versions.filter((version) => {
  console.log(`\nNode ${version}`);
  const start = performance.now();
  const node = ["exec", "--yes", `--package=node@${version}`, "--", "node"];
  const args = [...node, "node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)];
  const { status } = spawnSync("npm", args, { cwd: root, stdio: "inherit" });
  console.log(`Node ${version}: ${Math.round((performance.now() - start) / 1000)} s`);
  return status !== 0;
});
console.log(failed.length === 0 ? "\nAll versions pass." : `\nFailed on Node ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
