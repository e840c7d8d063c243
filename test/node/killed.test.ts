// Processes that are killed at any moment, beside others that live. KILLS says how many of each kind (npm run test:kill).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type AsyncResource } from "../../runtime/index.ts";
import { atomicWrite, atomicWriteAsync, lockFile } from "../../runtime/node/index.ts";
import { bundle, kill, message, start as startChild, testFolder } from "./child.ts";
import { within } from "./ways-out.ts";

const kills = Number(process.env.KILLS ?? 4);
const timeout = 60_000 + kills * 2000;
const folder = testFolder();

const started: ReturnType<typeof startChild>[] = [];
afterEach(() => Promise.all(started.splice(0).map(kill)));
const start: typeof startChild = (...args) => {
  const child = startChild(...args);
  started.push(child);
  return child;
};

/** Repeats `step` for ever, says that it has begun, and says what has failed. */
const looping = (imports: string, step: string): string => `
  import { acquireAsync, awaited, runAsync } from "../../runtime/index.ts";
  import { setTimeout as delay } from "node:timers/promises";
  ${imports}
  const [, , path, letter] = process.argv as string[] as [string, string, string, string];
  let isOver = false;
  process.once("message", () => (isOver = true));
  try {
    for (let round = 0; !isOver; round++) {
      ${step}
      if (round === 0) process.send!("begun");
      await new Promise(setImmediate); // else a message is never heard
    }
    process.send!("well");
  } catch (error) {
    process.send!(String(error?.stack ?? error));
  }
  process.disconnect();
`;

/** Ends one that lives. @returns \`"well"\`, or what has failed in it. */
async function endOf(child: ReturnType<typeof start>): Promise<unknown> {
  const said = message(child);
  child.send("end");
  return said;
}

/** Not all at the same moment: from the first instruction on. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 30));

describe("lockFile", () => {
  it(
    `${kills} that are killed leave a lock that the next one has, and nothing else`,
    { timeout },
    async () => {
      const path = folder.join("the.lock");
      const program = bundle(
        looping(
          `import { lockFileAsync } from "../../runtime/node/index.ts";`,
          `await runAsync(function* () {
           yield* acquireAsync(lockFileAsync(path, { wait: Infinity }));
           if (Math.random() < 0.3) yield* awaited(delay(1));
         });`,
        ),
      );
      const alive = [start(program, path, "a"), start(program, path, "b")];
      for (const child of alive) expect(await message(child)).toBe("begun");
      for (let count = 0; count < kills; count++) {
        const victim = start(program, path, "v");
        expect(await message(victim)).toBe("begun");
        await aMoment();
        await kill(victim);
      }
      for (const child of alive) expect(await endOf(child)).toBe("well");
      // Nobody is left but this one.
      expect(await within(lockFile(path), "succeeded")).toBeUndefined();
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it("removes what the dead have left, and leaves alone what is another's or whose owner lives", async () => {
    const path = folder.join("the.lock");
    const program = bundle(`
      import { LockCandidate } from "../../runtime/node/locks/lock-candidate.ts";
      import { newHolder } from "../../runtime/node/locks/lock-holder.ts";
      import { claimOf } from "../../runtime/node/locks/lock-names.ts";
      const path = process.argv[2]!;
      const holder = newHolder();
      // What is there in the middle of a takeover: a candidate, and a claim on somebody who is gone.
      const candidate = new LockCandidate(path, holder);
      candidate.place(claimOf(path, path, { ...holder, token: holder.token.replace(/^./, "0") }));
      process.send!("there");
      process.once("message", () => process.disconnect());
    `);
    const [dead, alive] = [start(program, path), start(program, path)];
    expect([await message(dead), await message(alive)]).toEqual(["there", "there"]);
    const files = readdirSync(folder.path);
    expect(files.length).toBe(4);
    const others = ["the.lock.tmp", "the.lock.old", "the.locker", "the.lock.1-2-3-4-5-6.tmp", "other.lock"];
    for (const each of others) writeFileSync(folder.join(each), "mine");
    await kill(dead);
    expect(await within(lockFile(path), "succeeded")).toBeUndefined();
    const left = readdirSync(folder.path).filter((each) => !others.includes(each));
    expect(left.length).toBe(2);
    for (const each of left) expect(readFileSync(folder.join(each), "utf8")).toContain(`"pid": ${alive.pid}`);
    for (const each of others) expect(readFileSync(folder.join(each), "utf8")).toBe("mine");
    await kill(alive);
  });
});

describe.each([
  ["atomicWrite", atomicWrite as (path: string) => AsyncResource<{ write(data: string): unknown }>],
  ["atomicWriteAsync", atomicWriteAsync],
])("%s", (name, make) => {
  const size = 200_000;

  it(
    `${kills} that are killed leave the old content or the new, and the next one removes the rest`,
    { timeout },
    async () => {
      const path = folder.join("target");
      const program = bundle(
        looping(
          `import { ${name} as make } from "../../runtime/node/index.ts";`,
          `await runAsync(function* () {
           const file: any = yield* acquireAsync(make(path));
           for (let part = 0; part < 4; part++) yield* awaited(file.write(letter.repeat(${size / 4})));
         });`,
        ),
      );
      // One that has begun to write before, and lives all the while.
      const slow = start(
        bundle(
          looping(
            `import { ${name} as make } from "../../runtime/node/index.ts";`,
            `await runAsync(function* () {
             const file: any = yield* acquireAsync(make(path));
             process.send!("begun");
             while (!isOver) yield* awaited(delay(5));
             yield* awaited(file.write("slow"));
           });
           break;`,
          ),
        ),
        path,
      );
      expect(await message(slow)).toBe("begun");
      const alive = start(program, path, "a");
      expect(await message(alive)).toBe("begun");
      for (let count = 0; count < kills; count++) {
        const victim = start(program, path, "v");
        expect(await message(victim)).toBe("begun");
        await aMoment();
        await kill(victim);
        const content = readFileSync(path, "utf8");
        expect([content.length, content.replaceAll(content[0]!, "")]).toEqual([size, ""]);
      }
      expect(await endOf(alive)).toBe("well");
      expect(await within(make(path), "succeeded", (file) => file.write("last"))).toBeUndefined();
      const left = readdirSync(folder.path).filter((each) => each !== "target");
      expect(left.length).toBe(1);
      expect(left[0]).toContain(`.target.${slow.pid}-`);
      expect(await endOf(slow)).toBe("well");
      expect(readFileSync(path, "utf8")).toBe("slow");
      expect(readdirSync(folder.path)).toEqual(["target"]);
    },
  );

  it("leaves alone what only looks like one, is another target's, or of another host", async () => {
    const others = [".target.tmp", ".target.0123456789abcdef01.tmp", ".target.1-00000000-0-0-0-00.tmp"];
    others.push(
      ".target.1-00000000----0000.tmp",
      ".targets.999999-00000000-00000000-00000000-00000000-00.tmp",
    );
    others.push(".target.999999-00000000-00000000-00000000-00000000-00.tmp");
    for (const each of others) writeFileSync(folder.join(each), "mine");
    expect(await within(make(folder.join("target")), "succeeded")).toBeUndefined();
    expect(readdirSync(folder.path).sort()).toEqual([...others, "target"].sort());
  });
});
