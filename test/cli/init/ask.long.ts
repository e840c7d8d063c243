import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const cli = join(import.meta.dirname, "../../../dist/cli/main.js");

/** Whether `script` of util-linux is there, which gives a program a terminal. */
const hasTerminal =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
if (!hasTerminal) console.log("init is not asked on a terminal: there is no command `script` of util-linux.");

describe.skipIf(!hasTerminal)("init on a terminal", () => {
  it.each([
    ["y\n", true],
    ["yes\n", true],
    ["n\n", false],
    ["\n", false],
  ])("is answered %j: changes files, %s", (input, isMade) => {
    const folder = mkdtempSync(join(tmpdir(), "init-ask-"));
    writeFileSync(join(folder, "package.json"), '{ "scripts": { "build": "vite build" } }');
    const command = `"${process.execPath}" "${cli}" init --no-install`;
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      input,
      encoding: "utf8",
    });
    expect(stdout).toContain("Make these changes? [y/N]");
    expect(existsSync(join(folder, "vite.config.ts"))).toBe(isMade);
    expect(stdout).toContain(isMade ? "Changed vite.config.ts." : "Nothing was changed.");
  });
});
