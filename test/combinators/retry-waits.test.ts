import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { acquireAsync, flatMap, resource, retry, type RetryPolicy, runAsync } from "../../runtime/index.ts";
import { rejectedBy, type Trace, Traced } from "../runtime/traced.ts";
import { timersStartedDuring, useFakeTimers } from "../sharing/fake-timers.ts";
import { flaky, retried } from "../sharing/flaky.ts";

describe("retry", () => {
  useFakeTimers();

  describe("waits in between", () => {
    /** The waits of an acquisition whose attempts all fail. */
    async function waits(policy: RetryPolicy): Promise<number[]> {
      const trace: Trace = [];
      const started = await timersStartedDuring(async () => {
        const using = rejectedBy(
          runAsync(function* () {
            yield* acquireAsync(retry(flaky(trace, 1e3), policy));
          }),
        );
        await vi.runAllTimersAsync();
        await using;
      });
      expect(trace.length).toBe(policy.attempts);
      return started;
    }

    it.each([
      ["doubling", { attempts: 5, delay: 100 }, [100, 200, 400, 800]],
      ["by another factor", { attempts: 4, delay: 10, factor: 3 }, [10, 30, 90]],
      ["of the same length", { attempts: 4, delay: 10, factor: 1 }, [10, 10, 10]],
      ["up to the longest", { attempts: 5, delay: 100, maxDelay: 250 }, [100, 200, 250, 250]],
      ["up to 30 seconds", { attempts: 5, delay: 8000 }, [8000, 16000, 30000, 30000]],
      ["not before the only attempt", { attempts: 1, delay: 100 }, []],
      ["halved at most", { attempts: 3, delay: 100, jitter: 0.5, random: () => 0.5 }, [75, 150]],
      ["of any length", { attempts: 3, delay: 100, jitter: 1, random: () => 0.75 }, [25, 50]],
      ["not at all", { attempts: 4, delay: 0 }, []],
    ] as [string, RetryPolicy, number[]][])("%s", async (_, policy, expected) => {
      expect(await waits(policy)).toEqual(expected);
    });

    it("never longer than it should, whatever the policy", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            attempts: fc.integer({ min: 1, max: 40 }),
            delay: fc.integer({ min: 1, max: 1e5 }),
            factor: fc.double({ min: 0, max: 1e3, noNaN: true }),
            maxDelay: fc.integer({ min: 0, max: 1e6 }),
            jitter: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          async (policy, chance) => {
            let longest = policy.delay;
            const expected = Array.from({ length: policy.attempts - 1 }, () => {
              const wait = Math.min(longest, policy.maxDelay);
              longest *= policy.factor;
              return wait - wait * policy.jitter * chance;
            });
            const seen = await waits({ ...policy, random: () => chance });
            expect(seen.length).toBe(expected.length);
            seen.forEach((wait, at) => expect(wait).toBeCloseTo(expected[at]!, 3));
          },
        ),
        { numRuns: 100 },
      );
    });

    it("and holds nothing in the meantime", async () => {
      const trace: Trace = [];
      const second = flaky(trace, 1);
      const both = flatMap(new Traced(trace, "a"), () => second);
      const using = runAsync(function* () {
        yield* acquireAsync(retry(both, { attempts: 2, delay: 1000 }));
        trace.push("body");
      });
      await vi.advanceTimersByTimeAsync(999);
      expect(trace).toEqual(["+a", "try 1", "-a"]);
      await vi.advanceTimersByTimeAsync(1);
      await using;
      expect(trace).toEqual(["+a", "try 1", "-a", "+a", "try 2", "body", "-2", "-a"]);
    });
  });

  describe("is limited in time (`maxTime`)", () => {
    /** When the attempts of an acquisition begin that always fails after `takes` milliseconds. */
    async function attemptsOf(policy: RetryPolicy, takes = 0): Promise<number[]> {
      const began: number[] = [];
      const start = performance.now();
      const it = resource(
        async () => {
          began.push(performance.now() - start);
          if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes));
          throw new Error("refused");
        },
        () => {},
        "db",
      );
      const outcome = rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(retry(it, policy));
        }),
      );
      await vi.runAllTimersAsync();
      const error = retried((await outcome).error);
      expect(error.attempts).toBe(began.length);
      return began;
    }

    it.each([
      [{ delay: 100, factor: 1, maxTime: 350 }, 0, [0, 100, 200, 300]],
      [{ delay: 100, factor: 1, maxTime: 400 }, 0, [0, 100, 200, 300, 400]],
      [{ delay: 100, maxTime: 1000 }, 0, [0, 100, 300, 700]],
      [{ delay: 100, factor: 1, maxTime: 400 }, 60, [0, 160, 320]],
      [{ delay: 10, factor: 1, maxTime: 35, attempts: 3 }, 0, [0, 10, 20]],
    ] as const)("%o", async (policy, takes, expected) => {
      expect(await attemptsOf({ attempts: Infinity, ...policy }, takes)).toEqual(expected);
    });

    it("makes one attempt even when there is no time at all", async () => {
      const trace: Trace = [];
      const { error } = await rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(retry(flaky(trace, 9), { attempts: 9, delay: 1, maxTime: 0 }));
        }),
      );
      expect([String(error), ...trace]).toEqual(["Error: no 1", "try 1"]);
    });
  });

  it("tries without an end, and keeps a bounded number of errors, the first one and the last ones", async () => {
    const trace: Trace = [];
    const outcome = rejectedBy(
      runAsync(function* () {
        const policy = { attempts: Infinity, delay: 1, factor: 1, maxTime: 4999 };
        yield* acquireAsync(retry(flaky(trace, Infinity), policy));
      }),
    );
    await vi.advanceTimersByTimeAsync(5000);
    const error = retried((await outcome).error);
    expect([error.attempts, error.errors.length]).toEqual([5000, 100]);
    expect([0, 1, 99].map((at) => String(error.errors[at]))).toEqual([
      "Error: no 1",
      "Error: no 4902",
      "Error: no 5000",
    ]);
    expect(error.message).toContain(
      "failed 5000 times, in the end with Error: no 5000 (the first and the last: .errors)",
    );
  });
});
