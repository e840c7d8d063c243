import { describe, expect, it } from "vitest";
import type { Program } from "../../runtime/core/drive.ts";
import { acquire, resource, run } from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace } from "./traced.ts";

describe("run()", () => {
  it("takes a generator function and gives what it returns", () => {
    const result = run(function* () {
      return (
        1 +
        (yield* acquire(
          resource(
            () => 41,
            () => {},
          ),
        ))
      );
    });
    expect(result).toBe(42);
  });

  it("takes the generator that it gave, so that a program has arguments", () => {
    function* add(a: number, b: number) {
      return a + b;
    }
    expect(run(add(1, 2))).toBe(3);
  });

  it("runs a generator function again and again", () => {
    const trace: Trace = [];
    function* program() {
      yield* acquire(disposable(trace, "a"));
    }
    run(program);
    run(program);
    expect(trace).toEqual(["-a", "-a"]);
  });

  it("refuses a generator that has been run before", () => {
    const trace: Trace = [];
    const generator = (function* () {
      yield* acquire(disposable(trace, "a"));
      return "once";
    })();
    expect(run(generator)).toBe("once");
    expect(() => run(generator)).toThrow(/this program has been run before/);
    expect(trace).toEqual(["-a"]);
  });

  it("refuses a generator that is running, and the one that runs is none the worse", () => {
    const generator: Program<unknown> = (function* () {
      yield* acquire(
        resource(
          () => expect(() => run(generator)).toThrow(/has been run before/),
          () => {},
        ),
      );
      return "done";
    })();
    expect(run(generator)).toBe("done");
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a number", 1],
    ["a string", "text"],
    ["a plain object", {}],
    ["an array", [disposable([], "a")]],
    ["an iterator that is no generator", [disposable([], "a")].values()],
    ["a function that gives no generator", () => 1],
    ["an async function", async () => 1],
    ["an async generator function", async function* () {}],
    ["an async generator", (async function* () {})()],
  ])("refuses %s with a TypeError that says what it takes", (_, program) => {
    const { error } = thrownBy(() => run(program as unknown as () => Program<unknown>));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("ts-raii: run() takes a generator function");
  });

  it("passes an error of the generator function itself on", () => {
    const error = new Error("parameter default");
    const call = () => {
      throw error;
    };
    expect(
      thrownBy(() =>
        run(function* (value: number = call()) {
          return value;
        }),
      ).error,
    ).toBe(error);
  });

  it("throws a TypeError into a program that yields what is no resource", () => {
    const trace: Trace = [];
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable(trace, "a"));
        yield "not a resource" as unknown as Disposable;
      }),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("cannot acquire not a resource");
    expect(trace).toEqual(["-a"]);
  });

  it("returns what is no plain value as it is: a promise, a Disposable, another generator", () => {
    const promise = Promise.resolve();
    const owned = { [Symbol.dispose]: () => expect.fail("nobody has acquired it") };
    const generator = (function* () {})();
    for (const value of [promise, owned, generator]) {
      expect(
        run(function* () {
          return value;
        }),
      ).toBe(value);
    }
  });

  it("is nested as functions are; each program releases its own", () => {
    const trace: Trace = [];
    function inner() {
      return run(function* () {
        yield* acquire(disposable(trace, "inner"));
        return "result";
      });
    }
    const result = run(function* () {
      yield* acquire(disposable(trace, "outer"));
      const value = inner();
      trace.push("between");
      return value;
    });
    expect(result).toBe("result");
    expect(trace).toEqual(["-inner", "between", "-outer"]);
  });

  it("a program that delegates with yield* shares its scope with what it delegates to", () => {
    const trace: Trace = [];
    function* both() {
      yield* acquire(disposable(trace, "a"));
      yield* acquire(disposable(trace, "b"));
      return "both";
    }
    const result = run(function* () {
      const got = yield* both();
      trace.push("still held");
      return got;
    });
    expect(result).toBe("both");
    expect(trace).toEqual(["still held", "-b", "-a"]);
  });
});
