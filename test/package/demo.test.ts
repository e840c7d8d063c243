import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

it("the demo finds all as it should be", () => {
  const root = join(import.meta.dirname, "../..");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/demo.mjs", "--built"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stdout + stderr).toContain("All is as it should be.");
  expect(stdout).not.toContain("FAIL");
  expect(status).toBe(0);
});
