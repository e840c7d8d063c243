import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** Runs a command line in a folder. It is to succeed; where it does not, the test shows what it has printed. */
export function runCommand(command: string, folder: string, env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, env, shell: true, encoding: "utf8" });
  expect({ command, status, output: status === 0 ? "" : stdout + stderr }).toEqual({
    command,
    status: 0,
    output: "",
  });
  return stdout;
}
