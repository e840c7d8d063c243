// Runs the tests on the other Nodes that are supported, after `npm run build`: `npm run test:matrix`, or some of them
// (`npm run test:coverage`: only there Node's own coverage can be tested). npm's package `node` brings them.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { newerNodes } from "./node-versions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const failed = newerNodes.filter((version) => {
  console.log(`\nNode ${version}`);
  const node = ["exec", "--yes", `--package=node@${version}`, "--", "node"];
  return (
    spawnSync("npm", [...node, "node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], {
      cwd: root,
      stdio: "inherit",
    }).status !== 0
  );
});
console.log(failed.length === 0 ? "\nAll versions pass." : `\nFailed on Node ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
