import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { runChild } from "../../cli/doctor/probe/run-child.ts";

/** Runs a script of Node that leaves a file. */
async function run(script: string, timeLimit = 20_000) {
  const folder = mkdtempSync(join(tmpdir(), "run-child-"));
  const file = join(folder, "probe.ts");
  writeFileSync(join(folder, "script.cjs"), `require("fs").writeFileSync("probe.ts", "");\n${script}`);
  const args = [join(folder, "script.cjs")];
  const child = { command: process.execPath, args, cwd: folder, timeLimit, isSending: true, leaves: [file] };
  const ended = await runChild<object>(child);
  expect(existsSync(file)).toBe(false);
  return ended;
}

it("gives what a process sends, and ends it", async () => {
  const { message, timedOut } = await run(
    'process.send({ a: 1 }); setInterval(() => console.log("on"), 10);',
  );
  expect({ message, timedOut }).toEqual({ message: { a: 1 }, timedOut: false });
});

it("gives what a process that fails has printed", async () => {
  const { message, stderr, code } = await run('throw new Error("no such luck");');
  expect({ message, code }).toEqual({ message: undefined, code: 1 });
  expect(stderr).toContain("no such luck");
});

it("ends a process that takes too long, with all that it has started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "run-child-"));
  const file = join(folder, "beats.txt");
  const beat = `setInterval(() => require("fs").appendFileSync(${JSON.stringify(file)}, "."), 20)`;
  const { timedOut } = await run(
    `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(beat)}]); setInterval(() => {}, 1000);`,
    3000,
  );
  expect(timedOut).toBe(true);
  const size = statSync(file).size;
  expect(size).toBeGreaterThan(0);
  await setTimeout(200);
  expect(statSync(file).size).toBe(size);
});

it("says that a program is not there", async () => {
  const child = { command: "/nowhere/at-all", args: [], cwd: tmpdir(), timeLimit: 1000, leaves: [] };
  expect((await runChild(child)).stderr).toContain("ENOENT");
});
