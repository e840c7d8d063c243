import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { acquireAsync, flatMap, retry, type RetryPolicy, runAsync } from "../../runtime/index.ts";
import { rejectedBy, type Trace, Traced } from "../runtime/traced.ts";
import { flaky } from "./flaky.ts";

describe("retry", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  describe("waits in between", () => {
    /** The waits of an acquisition whose attempts all fail. */
    async function waits(policy: RetryPolicy): Promise<number[]> {
      const trace: Trace = [];
      const spy = vi.spyOn(globalThis, "setTimeout");
      const using = rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(retry(flaky(trace, 1e3), policy));
        }),
      );
      await vi.runAllTimersAsync();
      await using;
      expect(trace.length).toBe(policy.attempts);
      const calls = spy.mock.calls.map(([, milliseconds]) => milliseconds!);
      spy.mockRestore();
      return calls;
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
});
