import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, defer, nullContext, run, runAsync } from "../../runtime/index.ts";
import { rejectedBy, shapeOf, thrownBy, ticks, type Trace } from "../runtime/traced.ts";

describe("defer()", () => {
  it("calls the functions at the end of the scope, the last one first, each told the exit", () => {
    const trace: Trace = [];
    const noting = (id: string) => defer((exit) => trace.push(`${id} ${exit.kind}`));
    run(function* () {
      yield* acquire(noting("a"));
      expect(yield* acquire(noting("b"))).toBeUndefined();
      trace.push("body");
    });
    const body = new Error("body");
    expect(
      thrownBy(() =>
        run(function* () {
          yield* acquire(noting("c"));
          throw body;
        }),
      ).error,
    ).toBe(body);
    expect(trace).toEqual(["body", "b succeeded", "a succeeded", "c failed"]);
  });

  it("calls it once for each acquisition, though it be the same one", () => {
    const trace: Trace = [];
    const noting = defer(() => trace.push("called"));
    run(function* () {
      yield* acquire(noting);
      yield* acquire(noting);
    });
    run(function* () {
      yield* acquire(noting);
    });
    expect(trace).toEqual(["called", "called", "called"]);
  });

  it("S5: suppresses by exit.suppress(), and by nothing that it returns", () => {
    const body = new Error("body");
    const outcome = (fn: Parameters<typeof defer>[0]) => {
      try {
        return run(function* () {
          yield* acquire(defer((exit) => void fn(exit)));
          throw body;
        });
      } catch (error) {
        return error;
      }
    };
    expect(outcome((exit) => exit.kind === "failed" && exit.suppress())).toBeUndefined();
    expect(outcome(() => true)).toBe(body);
  });

  it("property 11: what it throws is combined with the error of the body, under its name", () => {
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(
          defer(function flush() {
            throw new Error("flush");
          }),
        );
        throw new Error("body");
      }),
    );
    expect(shapeOf(error)).toEqual([new Error("flush"), new Error("body")]);
    expect(String(error)).toContain("while releasing flush");
  });

  it("property 5: an async function is awaited, and what it is rejected with is thrown", async () => {
    const trace: Trace = [];
    const slow = (id: string, error?: Error) =>
      defer(async (exit) => {
        trace.push(`-${id} ${exit.kind}`);
        await ticks(3);
        trace.push(`${id} done`);
        if (error) throw error;
      });
    const failure = new Error("b");
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(slow("a"));
        yield* acquireAsync(slow("b", failure));
      }),
    );
    expect(error).toBe(failure);
    expect(trace).toEqual(["-b succeeded", "b done", "-a failed", "a done"]);
  });

  it("refuses what is no function, when it is made", () => {
    for (const value of [undefined, null, "fn"]) {
      const error = new TypeError(`ts-raii: defer(fn) takes a function, and was given ${value}`);
      expect(() => defer(value as never)).toThrow(error);
    }
  });
});

describe("nullContext()", () => {
  it("gives the value as it is, also one that could be released or awaited, and releases nothing", () => {
    const untouched = {
      [Symbol.dispose]: () => expect.fail("it belongs to somebody else"),
      close: () => expect.fail("it belongs to somebody else"),
    };
    const promise = Promise.resolve(1);
    const handles = run(function* () {
      return [
        yield* acquire(nullContext(untouched)),
        yield* acquire(nullContext(promise)),
        yield* acquire(nullContext(null)),
        yield* acquire(nullContext()),
      ];
    });
    expect(handles).toEqual([untouched, promise, null, undefined]);
    expect(handles[1]).toBe(promise);
  });

  it("property 55: is reentrant, and where an asynchronous resource is called for it serves, too", async () => {
    const nothing = nullContext(1);
    const handles = await runAsync(function* () {
      const first = yield* acquire(nothing);
      const second = yield* acquireAsync(nothing);
      return [first, second, run(() => acquire(nothing))];
    });
    expect(handles).toEqual([1, 1, 1]);
  });

  it("lets an error pass", () => {
    const body = new Error("body");
    expect(
      thrownBy(() =>
        run(function* () {
          yield* acquire(nullContext());
          throw body;
        }),
      ).error,
    ).toBe(body);
  });
});
