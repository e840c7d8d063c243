import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, type AsyncProgram, awaited, run, runAsync } from "../../runtime/index.ts";
import { asyncDisposable, disposable, rejectedBy, thrownBy, type Trace } from "./traced.ts";

describe("runAsync()", () => {
  it("takes a generator function, or the generator it gave, and gives a promise of what it returns", async () => {
    function* add(a: number, b: number) {
      return a + (yield* awaited(Promise.resolve(b)));
    }
    const promise = runAsync(add(1, 2));
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(3);
    expect(
      await runAsync(function* () {
        return 4;
      }),
    ).toBe(4);
  });

  it("starts at once, as an async function does", async () => {
    const trace: Trace = [];
    const promise = runAsync(function* () {
      trace.push("started");
    });
    trace.push("called");
    await promise;
    expect(trace).toEqual(["started", "called"]);
  });

  it("gives what a promise that is returned gives, after the releases have begun", async () => {
    const trace: Trace = [];
    const value = await runAsync(function* () {
      yield* acquireAsync(asyncDisposable(trace, "a"));
      return Promise.resolve("value");
    });
    expect(value).toBe("value");
    expect(trace).toEqual(["-a", "a released"]);
    const { error } = await rejectedBy(
      runAsync(function* () {
        return Promise.reject("rejected");
      }),
    );
    expect(error).toBe("rejected");
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a number", 1],
    ["a plain object", {}],
    ["a promise", Promise.resolve()],
    ["an iterator that is no generator", [disposable([], "a")].values()],
    ["a function that gives no generator", () => 1],
    ["an async function", async () => 1],
    ["an async generator function", async function* () {}],
    ["an async generator", (async function* () {})()],
  ])("rejects for %s with a TypeError that says what it takes", async (_, program) => {
    const { error } = await rejectedBy(runAsync(program as unknown as () => AsyncProgram<unknown>));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("ts-raii: runAsync() takes a generator function");
  });

  it("refuses a generator that has been run before, by either runner", async () => {
    const make = () =>
      (function* () {
        yield* acquire(disposable([], "a"));
        return "once";
      })();
    const [first, second] = [make(), make()];
    expect(await runAsync(first)).toBe("once");
    expect(run(second)).toBe("once");
    for (const generator of [first, second]) {
      expect(String((await rejectedBy(runAsync(generator))).error)).toContain("has been run before");
      expect(() => run(generator)).toThrow(/has been run before/);
    }
  });

  it("passes an error of the generator function itself on", async () => {
    const { error } = await rejectedBy(
      runAsync(() => {
        throw "made no generator";
      }),
    );
    expect(error).toBe("made no generator");
  });

  it("awaited() gives and throws what `await` does: of a promise, a thenable, any other value", async () => {
    const thenable = { then: (resolve: (value: string) => void) => resolve("thenable") };
    const result = await runAsync(function* () {
      const values: unknown[] = [
        yield* awaited(Promise.resolve("promise")),
        yield* awaited(thenable as unknown as PromiseLike<string>),
        yield* awaited("value"),
        yield* awaited(undefined),
        yield* awaited(disposable([], "not acquired")),
      ];
      for (const rejected of [undefined, new Error("rejected")]) {
        try {
          yield* awaited(Promise.reject(rejected));
        } catch (error) {
          values.push(Object.is(error, rejected));
        }
      }
      return values.map((value) => (typeof value === "object" ? "object" : value));
    });
    expect(result).toEqual(["promise", "thenable", "value", undefined, "object", true, true]);
  });

  it("a program that delegates with yield* shares its scope with what it delegates to", async () => {
    const trace: Trace = [];
    function* part() {
      yield* acquireAsync(asyncDisposable(trace, "a"));
      yield* awaited(undefined);
      yield* acquire(disposable(trace, "b"));
    }
    await runAsync(function* () {
      yield* part();
      trace.push("still held");
    });
    expect(trace).toEqual(["still held", "-b", "-a", "a released"]);
  });
});

describe("run() given a program that waits", () => {
  it("throws a TypeError at the yield* that says where it belongs", () => {
    const trace: Trace = [];
    for (const waiting of [awaited(1), acquireAsync(null)]) {
      const { error } = thrownBy(() =>
        run(function* () {
          yield* acquire(disposable(trace, "a"));
          yield* waiting as Generator<null, unknown, unknown>;
        }),
      );
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain("run() cannot wait");
      expect(String(error)).toContain("runAsync()");
    }
    expect(trace).toEqual(["-a", "-a"]);
  });

  it("what it asked for is not taken for a request of the program around it", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      for (const waiting of [awaited(1), acquireAsync(null)]) {
        expect(() => run(() => waiting as Generator<null, unknown, unknown>)).toThrow(TypeError);
        yield* acquire(disposable(trace, "a"));
      }
    });
    expect(trace).toEqual(["-a", "-a"]);
  });
});
