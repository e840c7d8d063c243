import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  type AsyncResource,
  flatMap,
  Resource,
  resource,
  retry,
  type RetryPolicy,
  run,
  runAsync,
} from "../../runtime/index.ts";
import { asyncDisposable, AsyncTraced, disposable, thrownBy, type Trace } from "../runtime/traced.ts";
import { flaky, retried } from "../sharing/flaky.ts";

describe("retry", () => {
  it("tries again until it succeeds, and releases that one, once", () => {
    const trace: Trace = [];
    const result = run(function* () {
      const number = yield* acquire(retry(flaky(trace, 2), { attempts: 3 }));
      trace.push("body");
      return number;
    });
    expect([result, ...trace]).toEqual([3, "try 1", "try 2", "try 3", "body", "-3"]);
  });

  it("runs nothing before it is acquired, and counts anew for each acquisition (property 34)", () => {
    const trace: Trace = [];
    const failing = retry(flaky(trace, 3), { attempts: 2 });
    expect(trace).toEqual([]);
    const use = () =>
      run(function* () {
        return yield* acquire(failing);
      });
    expect(retried(thrownBy(use).error).attempts).toBe(2);
    expect(use()).toBe(4);
    expect(trace).toEqual(["try 1", "try 2", "try 3", "try 4", "-4"]);
  });

  it("property 40: what a failed attempt had partly acquired is released before the next one starts", async () => {
    const trace: Trace = [];
    const second = flaky(trace, 2);
    const both = flatMap(new AsyncTraced(trace, "first"), () => second);
    await runAsync(function* () {
      yield* acquireAsync(retry(both, { attempts: 3 }));
      trace.push("body");
    });
    expect(trace).toEqual([
      ...["+first", "try 1", "-first", "+first", "try 2", "-first", "+first", "try 3"],
      ...["body", "-3", "-first"],
    ]);
  });

  it("property 40: an error of that release belongs to the attempt", async () => {
    const trace: Trace = [];
    const broken = resource(
      () => {},
      () => {
        throw new Error("release");
      },
    );
    const second = flaky(trace, 9);
    const both = flatMap(broken, () => second);
    const { errors } = retried(
      thrownBy(() =>
        run(function* () {
          yield* acquire(retry(both, { attempts: 2 }));
        }),
      ).error,
    );
    expect(errors.map(String)).toEqual([
      "SuppressedError: Error: release (while releasing resource)\n  after Error: no 1",
      "SuppressedError: Error: release (while releasing resource)\n  after Error: no 2",
    ]);
  });

  it("does not try again when the body or the release fails", () => {
    const trace: Trace = [];
    const error = new Error("body");
    const program = () =>
      run(function* () {
        yield* acquire(retry(flaky(trace, 0), { attempts: 3 }));
        throw error;
      });
    expect(thrownBy(program).error).toBe(error);
    expect(trace).toEqual(["try 1", "-1"]);
  });

  it("is exhausted: the error names the resource, and holds all the errors and the last one as its cause", () => {
    const trace: Trace = [];
    const error = retried(
      thrownBy(() =>
        run(function* () {
          yield* acquire(retry(flaky(trace, 9, "orders database"), { attempts: 3 }));
        }),
      ).error,
    );
    expect(error.message).toBe(
      "ts-raii: acquiring orders database failed 3 times, in the end with Error: no 3 (all: .errors)",
    );
    expect([error.name, error.resource, error.attempts]).toEqual(["RetryError", "orders database", 3]);
    expect(error.errors.map(String)).toEqual(["Error: no 1", "Error: no 2", "Error: no 3"]);
    expect(error.cause).toBe(error.errors[2]);
    expect(Object.keys(error)).not.toContain("cause");
    expect(trace).toEqual(["try 1", "try 2", "try 3"]);
  });

  it("throws the error of its only attempt as it is, also undefined (properties 10 and 15)", () => {
    const nothing = resource(
      () => {
        throw undefined;
      },
      () => {},
    );
    const use = (policy: { attempts: number; when?: () => boolean }) =>
      thrownBy(() =>
        run(function* () {
          yield* acquire(retry(nothing, policy));
        }),
      ).error;
    expect(use({ attempts: 1 })).toBe(undefined);
    expect(use({ attempts: 5, when: () => false })).toBe(undefined);
    expect(retried(use({ attempts: 2 })).errors).toEqual([undefined, undefined]);
  });

  it("asks `when` about each error, except that of the last attempt, and gives up when it says no", () => {
    const trace: Trace = [];
    const asked: unknown[] = [];
    const use = (attempts: number, until: number) =>
      retried(
        thrownBy(() =>
          run(function* () {
            const when = (error: unknown, attempt: number) => {
              asked.push([String(error), attempt]);
              return attempt < until;
            };
            yield* acquire(retry(flaky(trace, 9), { attempts, when }));
          }),
        ).error,
      ).attempts;
    expect(use(5, 2)).toBe(2);
    expect(use(2, 9)).toBe(2);
    expect(asked).toEqual([
      ["Error: no 1", 1],
      ["Error: no 2", 2],
      ["Error: no 1", 1],
    ]);
  });

  it("loses nothing when `when` throws (property 11)", () => {
    const use = (when: (error: unknown) => boolean) =>
      thrownBy(() =>
        run(function* () {
          yield* acquire(retry(flaky([], 9), { attempts: 3, when }));
        }),
      ).error;
    const wrong = new Error("when");
    const error = retried(
      use(() => {
        throw wrong;
      }),
    );
    expect([error.attempts, error.errors.map(String)]).toEqual([1, ["Error: no 1", "Error: when"]]);
    expect(error.cause).toBe(wrong);
    expect(
      String(
        use((error) => {
          throw error;
        }),
      ),
    ).toBe("Error: no 1");
  });

  it("stays synchronous without a delay: also as raii() sees it", () => {
    const acquisition = retry(flaky([], 1), { attempts: 2 })[Resource.acquire]();
    expect(acquisition.handle).toBe(2);
    const ofNone: AsyncResource<number> = retry(flaky([], 1), { attempts: 2, delay: 0, factor: 3 });
    expect(ofNone[Resource.acquire]()).toHaveProperty("handle", 2);
  });

  it("S9: as many attempts as one likes", () => {
    const trace: Trace = [];
    const error = retried(
      thrownBy(() =>
        run(function* () {
          yield* acquire(retry(flaky(trace, 1e6), { attempts: 1e5 }));
        }),
      ).error,
    );
    expect([trace.length, error.errors.length]).toEqual([1e5, 1e5]);
  });

  it("keeps to the policy it was given, whatever becomes of the object", () => {
    const trace: Trace = [];
    const policy = { attempts: 2 };
    const twice = retry(flaky(trace, 9), policy);
    policy.attempts = 9;
    thrownBy(() => takeAll(twice));
    expect(trace).toEqual(["try 1", "try 2"]);
  });

  const takeAll = (it: Resource<unknown>) =>
    run(function* () {
      yield* acquire(it);
    });

  describe("refuses", () => {
    const ok = flaky([], 0);

    it.each([
      [{ attempts: 0 }, "attempts is a whole number from 1, or Infinity, and not 0"],
      [{ attempts: -1 }, "attempts is a whole number from 1, or Infinity, and not -1"],
      [{ attempts: NaN }, "attempts is a whole number from 1, or Infinity, and not NaN"],
      [{ attempts: 1.5 }, "attempts is a whole number from 1, or Infinity, and not 1.5"],
      [{ attempts: Infinity }, "attempts: Infinity needs a delay of more than 0 milliseconds"],
      [{ attempts: "3" }, "attempts is a whole number from 1, or Infinity, and not 3"],
      [{}, "attempts is a whole number from 1, or Infinity, and not undefined"],
      [{ attempts: 2, delay: NaN }, "delay takes milliseconds, from 0 to Infinity, and not NaN"],
      [{ attempts: 2, delay: -1 }, "delay takes milliseconds, from 0 to Infinity, and not -1"],
      [{ attempts: 2, maxTime: NaN }, "maxTime takes milliseconds, from 0 to Infinity, and not NaN"],
      [{ attempts: 2, maxTime: -1 }, "maxTime takes milliseconds, from 0 to Infinity, and not -1"],
      [
        { attempts: Infinity, delay: 1, maxDelay: 0 },
        "attempts: Infinity needs a maxDelay of more than 0 milliseconds",
      ],
      [{ attempts: Infinity, delay: 1, factor: 0 }, "attempts: Infinity needs a factor of 1 or more"],
      [{ attempts: Infinity, delay: 1, factor: 0.5 }, "attempts: Infinity needs a factor of 1 or more"],
      [{ attempts: 2, delay: 1, factor: NaN }, "factor is a number from 0, and not NaN"],
      [{ attempts: 2, delay: 1, factor: -2 }, "factor is a number from 0, and not -2"],
      [{ attempts: 2, delay: 1, maxDelay: NaN }, "maxDelay is milliseconds, and not NaN"],
      [{ attempts: 2, delay: 1, maxDelay: Infinity }, "maxDelay is milliseconds, and not Infinity"],
      [{ attempts: 2, delay: 1, jitter: 1.1 }, "jitter is a number from 0 to 1, and not 1.1"],
      [{ attempts: 2, delay: 1, jitter: NaN }, "jitter is a number from 0 to 1, and not NaN"],
    ])("%o", (policy, message) => {
      const { error } = thrownBy(() => retry(ok, policy as RetryPolicy));
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toBe(`RangeError: ts-raii: retry(): ${message}`);
    });

    it.each([
      ["a promise", Promise.resolve(ok), "[object Promise]"],
      ["a Disposable", disposable([], "a"), "[object Object]"],
      ["an AsyncDisposable", asyncDisposable([], "a"), "[object Object]"],
      ["a function", function open() {}, "[function open]"],
      ["null", null, "null"],
    ])("%s, which cannot be acquired again", (_, wrong, shown) => {
      const { error } = thrownBy(() => retry(wrong as never, { attempts: 2 }));
      expect(String(error)).toBe(
        `TypeError: ts-raii: retry() takes a resource, which it acquires anew each time, and was given ${shown}`,
      );
    });

    it("a `when` that is no function", () => {
      const policy = { attempts: 2, when: true } as never;
      expect(String(thrownBy(() => retry(ok, policy)).error)).toBe(
        "TypeError: ts-raii: retry(): when takes a function, and was given true",
      );
    });
  });
});
