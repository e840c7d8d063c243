// Many processes that want one lock all the time, some of which are killed while they have it, or want it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { lockFile } from "../../runtime/node/index.ts";
import { bundle, kill, message, start, testFolder } from "./child.ts";
import { useNow } from "./use.ts";

const folder = testFolder();

/** Writes down when it comes and when it goes; appended by one call each, so that the lines are in order. */
const program = `
  import { appendFileSync } from "node:fs";
  import { runAsync, acquireAsync, awaited } from "../../runtime/index.ts";
  import { lockFileAsync } from "../../runtime/node/index.ts";
  const [, , lock, log, rounds] = process.argv as string[];
  process.send!("ready");
  await new Promise((resolve) => process.once("message", resolve));
  for (let round = 0; round < Number(rounds); round++) {
    await runAsync(function* () {
      yield* acquireAsync(lockFileAsync(lock!, { wait: Infinity }));
      appendFileSync(log!, process.pid + " enters\\n");
      yield* awaited(new Promise((resolve) => setTimeout(resolve, Math.random() * 3)));
      appendFileSync(log!, process.pid + " leaves\\n");
    });
  }
  process.send!("done");
  process.disconnect();
`;

it("two are never in it at a time, and the dead keep nobody out", { timeout: 300_000 }, async () => {
  const lock = folder.join("the.lock");
  const log = folder.join("log");
  writeFileSync(log, "");
  const bundled = bundle(program);
  const starting = async (rounds: number) => {
    const child = start(bundled, lock, log, String(rounds));
    expect(await message(child)).toBe("ready");
    return child;
  };

  const workers = await Promise.all([12, 12, 12, 12].map(starting));
  const victims = await Promise.all([1e6, 1e6, 1e6, 1e6].map(starting));
  const done = workers.map(message);
  for (const child of [...workers, ...victims]) child.send("go");
  for (const victim of victims) {
    await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 80));
    await kill(victim);
  }
  expect(await Promise.all(done)).toEqual(workers.map(() => "done"));

  const dead = new Set(victims.map(({ pid }) => pid));
  let inside: number | undefined;
  const left = new Map<number, number>();
  for (const line of readFileSync(log, "utf8").trimEnd().split("\n")) {
    const [number, does] = line.split(" ");
    const pid = Number(number);
    if (does === "enters") {
      // Whoever was in it has left it, or was killed there; then nothing more is heard of that one.
      if (inside !== undefined) expect(dead.delete(inside)).toBe(true);
      if (victims.some((victim) => victim.pid === pid)) expect(dead.has(pid)).toBe(true);
      inside = pid;
    } else {
      expect(pid).toBe(inside);
      inside = undefined;
      left.set(pid, (left.get(pid) ?? 0) + 1);
    }
  }
  for (const { pid } of workers) expect(left.get(pid!)).toBe(12);
  // What the killed ones have left is removed by the next one.
  useNow(lockFile(lock), () => {});
  expect(readdirSync(folder.path)).toEqual(["log"]);
});

it("of many who want a stale lock at the same moment, one gets it", { timeout: 300_000 }, async () => {
  const lock = folder.join("the.lock");
  const racer = bundle(`
    import { lockFile, LockHeldError } from "../../runtime/node/index.ts";
    import { Resource } from "../../runtime/core/resource.ts";
    let acquisition;
    process.on("message", (command) => {
      if (command === "end") return process.disconnect();
      if (command === "release") return process.send!(acquisition?.release({ kind: "succeeded" }) ?? "released");
      acquisition = undefined;
      try {
        while (Date.now() < Number(command)); // all at one moment
        acquisition = lockFile(process.argv[2]!)[Resource.acquire]();
        process.send!("taken");
      } catch (error) {
        process.send!(error instanceof LockHeldError ? "held" : String(error));
      }
    });
    process.send!("ready");
  `);
  const racers = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = start(racer, lock);
      expect(await message(child)).toBe("ready");
      return child;
    }),
  );
  const dead = start(bundle(`process.disconnect();`));
  await new Promise((resolve) => dead.once("exit", resolve));
  for (let round = 0; round < 40; round++) {
    const token = `${String(round).padStart(8, "0")}-0000-0000-0000-000000000000`;
    writeFileSync(lock, JSON.stringify({ pid: dead.pid, host: hostname(), since: "", token }));
    const answers = racers.map(message);
    const at = Date.now() + 15;
    for (const child of racers) child.send(String(at));
    const outcomes = await Promise.all(answers);
    expect(outcomes.slice().sort()).toEqual(["held", "held", "held", "held", "held", "taken"]);
    const winner = racers[outcomes.indexOf("taken")]!;
    const released = message(winner);
    winner.send("release");
    expect(await released).toBe("released");
    expect(readdirSync(folder.path)).toEqual([]);
  }
  const ends = racers.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of racers) child.send("end");
  await Promise.all(ends);
});
