import { createHook } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { acquire, contextManager, resource, run } from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace } from "./traced.ts";

const manager = contextManager(function* () {
  try {
    yield "handle";
  } finally {
    // nothing to do
  }
});

function* program(trace: Trace, fails: boolean) {
  yield* acquire(disposable(trace, "a"));
  yield* acquire(manager());
  yield* acquire(
    resource(
      () => trace.push("+b"),
      () => trace.push("-b"),
    ),
  );
  trace.push("body");
  if (fails) throw new Error("body");
  return "result";
}

describe("synchronous code stays synchronous (S8)", () => {
  it("property 45: the result is a plain value and everything is released when the call returns", async () => {
    const trace: Trace = [];
    queueMicrotask(() => trace.push("microtask"));
    expect(run(program(trace, false))).toBe("result");
    thrownBy(() => run(program(trace, true)));
    trace.push("returned");
    await Promise.resolve();
    expect(trace).toEqual([..."+b body -b -a +b body -b -a".split(" "), "returned", "microtask"]);
  });

  it("property 45: no promise is made", () => {
    const made: string[] = [];
    const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
    try {
      run(program([], false));
      thrownBy(() => run(program([], true)));
      expect(made).toEqual([]);
      void Promise.resolve(); // the measurement itself works
      expect(made).toEqual(["PROMISE"]);
    } finally {
      hook.disable();
    }
  });

  it("property 45: a promise that a synchronous release returns is not waited for, nor is one a program returns", () => {
    let settle = (): void => {};
    const promise = new Promise<void>((resolve) => (settle = resolve));
    const result = run(function* () {
      yield* acquire(
        resource(
          () => {},
          (): unknown => promise,
        ),
      );
      return promise;
    });
    expect(result).toBe(promise);
    settle();
  });
});
