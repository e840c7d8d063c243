import { chmodSync, existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it, vi } from "vitest";
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

it("does not wait for what keeps the pipes of a process open when it has ended", async () => {
  const start = Date.now();
  const { code, stdout } = await run(
    `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 15000)"], { detached: true, stdio: "inherit" }).unref();
    console.log("said");
    setTimeout(() => process.exit(3), 200);`,
  );
  expect({ code, stdout }).toEqual({ code: 3, stdout: "said\n" });
  expect(Date.now() - start).toBeLessThan(10_000);
});

it.skipIf(process.platform === "win32")("ends a process on Windows by taskkill", async () => {
  const bin = mkdtempSync(join(tmpdir(), "run-child-"));
  writeFileSync(join(bin, "taskkill"), '#!/bin/sh\n[ "$1 $3 $4" = "/pid /T /F" ] && kill -9 "$2"\n');
  chmodSync(join(bin, "taskkill"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
  const platform = vi.spyOn(process, "platform", "get").mockReturnValue("win32");
  try {
    expect((await run("setInterval(() => {}, 1000);", 1000)).timedOut).toBe(true);
  } finally {
    platform.mockRestore();
    vi.unstubAllEnvs();
  }
});
