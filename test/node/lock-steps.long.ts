// Which process is where when another goes on, or is killed, decides whether a lock is one. Here it is the test that
// decides: real processes on the real file system go on one call at a time.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { testFolder } from "./child.ts";
import { Contender } from "./contender.ts";

const folder = testFolder();
const path = (): string => folder.join("the.lock");
const started: Contender[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.kill()));
});

async function contender(kind?: string): Promise<Contender> {
  const one = await Contender.start(path(), kind);
  started.push(one);
  return one;
}

/** A lock whose process was killed, as it left it. */
async function staleLock(): Promise<string> {
  const dead = await contender();
  expect(await dead.do("take")).toBe("taken");
  await dead.kill();
  return readFileSync(path(), "utf8");
}

function clear(): void {
  for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
}

/** How many calls an acquisition of a stale lock makes. */
async function countSteps(text: string): Promise<number> {
  writeFileSync(path(), text);
  const one = await contender();
  let count = 0;
  for (await one.begin("take"); one.isBusy; count++) await one.step(1);
  expect(one.said).toBe("taken");
  await one.do("release");
  expect(readdirSync(folder.path)).toEqual([]);
  return count;
}

/**
 * Two who have both begun: one makes `first` calls, the other `second`, then each goes on to its end.
 * @returns what they came to.
 */
async function interleave([one, other]: readonly [Contender, Contender], first: number, second: number) {
  await one.begin("take");
  await other.begin("take");
  await one.step(first);
  await other.step(second);
  await one.step();
  await other.step();
  return [one.said, other.said];
}

describe("a stale lock and two who want it", () => {
  it("whoever is interrupted where, exactly one of them gets it", { timeout: 300_000 }, async () => {
    const text = await staleLock();
    clear();
    const steps = await countSteps(text);
    expect(steps).toBeGreaterThan(7);
    const pair = [await contender(), await contender()] as const;
    for (let first = 0; first <= steps; first++) {
      for (let second = 0; second <= steps; second++) {
        writeFileSync(path(), text);
        const outcome = await interleave(pair, first, second);
        expect([first, second, ...outcome.slice().sort()]).toEqual([first, second, "held", "taken"]);
        const winner = pair[outcome.indexOf("taken")]!;
        expect(readdirSync(folder.path)).toEqual(["the.lock"]); // no claim, no candidate
        expect(await winner.do("release")).toBe("released");
        expect(readdirSync(folder.path)).toEqual([]);
      }
    }
  });

  it(
    "one that is killed anywhere keeps neither of two others from it, and only one",
    { timeout: 300_000 },
    async () => {
      const text = await staleLock();
      clear();
      const steps = await countSteps(text);
      const pair = [await contender(), await contender()] as const;
      for (let killed = 0; killed <= steps; killed++) {
        for (let first = 0; first <= steps; first += 2) {
          writeFileSync(path(), text);
          const victim = await contender();
          await victim.begin("take");
          await victim.step(killed);
          await victim.kill();
          const outcome = await interleave(pair, first, steps >> 1);
          expect([killed, first, ...outcome.slice().sort()]).toEqual([killed, first, "held", "taken"]);
          expect(await pair[outcome.indexOf("taken")]!.do("release")).toBe("released");
          expect(readdirSync(folder.path)).toEqual([]); // also what the killed process had made for itself
        }
      }
    },
  );

  it("one that comes late is in the way of nobody: the lock is free by then, and the next gets it", async () => {
    writeFileSync(path(), await staleLock());
    const [late, quick, next] = [await contender(), await contender(), await contender()];
    for (const one of [late, next]) {
      await one.begin("take");
      // It has seen the stale lock, and is about to make a claim on it.
      while (one.said !== "at readFileSync" || (await one.step(1)) !== "at linkSync") await one.step(1);
    }
    expect(await quick.do("take")).toBe("taken");
    expect(await quick.do("release")).toBe("released");
    expect(await late.step(1)).toBe("at readFileSync"); // it has made the claim
    expect(await next.step()).toBe("taken");
    expect(await late.step()).toBe("held");
    expect(await next.do("release")).toBe("released");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("the method finds those who remove what they saw to be stale", async () => {
    const text = await staleLock();
    const pair = [await contender("naive"), await contender("naive")] as const;
    const outcomes = new Set<string>();
    for (let first = 0; first <= 4; first++) {
      for (let second = 0; second <= 4; second++) {
        writeFileSync(path(), text);
        outcomes.add((await interleave(pair, first, second)).sort().join());
        clear();
      }
    }
    expect(outcomes).toContain("taken,taken");
  });
});

describe("a release", () => {
  it("that is killed anywhere leaves a lock that the next can have", { timeout: 300_000 }, async () => {
    for (let steps = 0; ; steps++) {
      const victim = await contender();
      expect(await victim.do("take")).toBe("taken");
      await victim.begin("release");
      await victim.step(steps);
      const isOver = !victim.isBusy;
      await victim.kill();
      const next = await contender();
      expect([steps, await next.do("take")]).toEqual([steps, "taken"]);
      expect(await next.do("release")).toBe("released");
      clear();
      await next.kill();
      if (isOver) break;
    }
  });
});

describe("a release that was killed and two who want the lock", () => {
  it(
    "whoever is interrupted where, exactly one of them gets it, and no claim is left",
    { timeout: 300_000 },
    async () => {
      const pair = [await contender(), await contender()] as const;
      for (let killed = 0, isOver = false; !isOver; killed++) {
        for (const [first, second] of [0, 5, 9].flatMap((a) => [4, 8].map((b) => [a, b] as const))) {
          const victim = await contender();
          expect(await victim.do("take")).toBe("taken");
          await victim.begin("release");
          await victim.step(killed);
          isOver = !victim.isBusy;
          await victim.kill();
          const outcome = await interleave(pair, first, second);
          expect([killed, first, second, ...outcome.slice().sort()]).toEqual([
            killed,
            first,
            second,
            "held",
            "taken",
          ]);
          expect(await pair[outcome.indexOf("taken")]!.do("release")).toBe("released");
          expect(readdirSync(folder.path)).toEqual([]);
          if (isOver) break;
        }
      }
    },
  );
});

describe("a release and one who was told that the lock is stale", () => {
  it(
    "whoever is interrupted where, a third does not get it beside that one",
    { timeout: 300_000 },
    async () => {
      const holder = await contender("elsewhere");
      const told = await contender(`after ${holder.pid}`);
      const third = await contender("elsewhere");
      const outcomes = new Set<string>();
      for (let first = 0; first <= 10; first++) {
        for (let second = 0; second <= 10; second++) {
          expect(await holder.do("take")).toBe("taken");
          await holder.begin("release");
          await told.begin("take");
          await holder.step(first);
          await told.step(second);
          await holder.step();
          await third.do("take");
          await told.step();
          const outcome = [told.said, third.said];
          expect([first, second, ...outcome]).not.toEqual([first, second, "taken", "taken"]);
          const isLost = holder.said !== "released";
          if (isLost) expect(holder.said).toContain("was lost before its scope ended");
          outcomes.add(`${isLost ? "lost" : "released"} ${outcome.join()}`);
          for (const one of [told, third]) {
            if (one.said === "taken") expect(await one.do("release")).toBe("released");
          }
          expect(readdirSync(folder.path)).toEqual([]);
        }
      }
      expect([...outcomes].sort()).toEqual(["lost taken,held", "released held,taken", "released taken,held"]);
    },
  );
});

describe("any number, in any order", () => {
  // `who` takes, or goes on with what it does by so many calls, or is killed and starts again.
  const action = fc.record({
    who: fc.nat(2),
    does: fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 1, arbitrary: fc.constant("is killed" as const) },
    ),
  });

  it(
    "there is never more than one who has it, and in the end somebody can",
    { timeout: 600_000 },
    async () => {
      let acquisitions = 0;
      const contenders = [await contender(), await contender(), await contender()];
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (actions) => {
          /** Who has it and has not begun to give it back. */
          const holders = new Set<number>();
          for (const { who, does } of actions) {
            if (does === "is killed") {
              await contenders[who]!.kill();
              contenders[who] = await contender();
              holders.delete(who);
              continue;
            }
            const one = contenders[who]!;
            const isIdle = !one.isBusy;
            if (isIdle) await one.begin(holders.delete(who) ? "release" : "take");
            await one.step(does);
            if (one.said === "taken") {
              holders.add(who);
              acquisitions++;
            }
            expect(holders.size).toBeLessThanOrEqual(1);
            expect(one.said).not.toMatch(/^failed/);
          }
          for (const [who, one] of contenders.entries()) {
            await one.step();
            if (one.said === "taken") holders.add(who);
            expect(holders.size).toBeLessThanOrEqual(1);
          }
          for (const who of holders) expect(await contenders[who]!.do("release")).toBe("released");
          expect(await contenders[0]!.do("take")).toBe("taken");
          expect(await contenders[0]!.do("release")).toBe("released");
          clear();
        }),
        { numRuns: 60, endOnFailure: true },
      );
      expect(acquisitions).toBeGreaterThan(60);
    },
  );
});
