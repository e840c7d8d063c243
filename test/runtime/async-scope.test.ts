import { describe, expect, it } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import {
  asyncDisposable,
  AsyncTraced,
  disposable,
  rejectedBy,
  shapeOf,
  type Trace,
  Traced,
} from "./traced.ts";

/** As emitted: `await raii(value)` and the `finally` of a block. */
async function acquireIn(scope: AsyncScope, value: unknown): Promise<unknown> {
  if (scope.request(value) && scope.receive(await scope.awaited)) scope.receive(await scope.awaited);
  return scope.handle;
}

async function leave(scope: AsyncScope, isCancelled = false): Promise<boolean> {
  while (scope.unwind(isCancelled)) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  return scope.exit();
}

describe("AsyncScope", () => {
  it("property 1: acquires, and releases in reverse when it is left (S1)", async () => {
    const trace: Trace = [];
    const scope = new AsyncScope();
    expect(await acquireIn(scope, new AsyncTraced(trace, "a"))).toBe("A");
    expect(scope.acquire(new Traced(trace, "b"))).toBe("B");
    expect(await acquireIn(scope, Promise.resolve(new AsyncTraced(trace, "c")))).toBe("C");
    expect(await leave(scope)).toBe(false);
    expect(trace).toEqual(["+a", "+b", "+c", "-c", "-b", "-a"]);
  });

  it("property 3: leaving it twice throws and releases nothing again", async () => {
    const trace: Trace = [];
    const [succeeded, failed] = [new AsyncScope(), new AsyncScope()];
    failed.fail("body");
    for (const scope of [succeeded, failed]) {
      await acquireIn(scope, asyncDisposable(trace, "a"));
      const left = leave(scope);
      expect(await left.catch((error: unknown) => error)).toBe(scope === failed ? "body" : false);
      expect(String((await rejectedBy(leave(scope))).error)).toContain("this scope has been left");
    }
    expect(trace).toEqual(["-a", "a released", "-a", "a released"]);
  });

  it("property 42: acquiring in a scope that has been left, or is being left, throws and acquires nothing", async () => {
    const trace: Trace = [];
    const scope = new AsyncScope();
    const late = () => {
      for (const acquire of [scope.acquire, scope.request])
        expect(() => acquire.call(scope, new AsyncTraced(trace, "x"))).toThrow(/this scope has been left/);
    };
    await acquireIn(scope, disposable(trace, "a"));
    await acquireIn(scope, new AsyncTraced(trace, "b", late));
    await leave(scope);
    late();
    expect(trace).toEqual(["+b", "-b", "-a"]);
  });

  it("property 3: noting a failure after it has been left does not open it again", async () => {
    const scope = new AsyncScope();
    await leave(scope);
    expect(() => scope.fail("late")).toThrow(/this scope has been left/);
    expect(() => scope.acquire(null)).toThrow(/this scope has been left/);
    expect(() => scope.exit()).toThrow(/this scope has been left/);
  });

  it("property 20: exit() says whether a failure was suppressed", async () => {
    const suppressor = () => new AsyncTraced([], "a", (exit) => exit.kind === "failed" && exit.suppress());
    const [ofBody, ofRelease, ofNothing] = [new AsyncScope(), new AsyncScope(), new AsyncScope()];
    for (const scope of [ofBody, ofRelease, ofNothing]) await acquireIn(scope, suppressor());
    ofBody.fail("body");
    await acquireIn(ofRelease, asyncDisposable([], "b", { error: "release" }));
    expect([await leave(ofBody), await leave(ofRelease), await leave(ofNothing)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("property 22: what is closed from outside stays closed, and its releases are told", async () => {
    const trace: Trace = [];
    const scope = new AsyncScope();
    const note = (id: string) =>
      new AsyncTraced([], id, (exit) => {
        trace.push(`${id} ${exit.kind}`);
        if (exit.kind === "failed") exit.suppress();
      });
    await acquireIn(scope, note("a"));
    scope.acquire(new Traced([], "b", (exit) => trace.push(`b ${exit.kind}`)));
    await acquireIn(scope, note("c"));
    await acquireIn(scope, asyncDisposable([], "d", { error: "d" }));
    expect(await leave(scope, true)).toBe(false);
    expect(trace).toEqual(["c failed", "b cancelled", "a cancelled"]);
  });

  it("property 11: errors of what it releases are combined in the order they happened", async () => {
    const scope = new AsyncScope();
    await acquireIn(scope, asyncDisposable([], "a", { error: "a" }));
    scope.acquire(disposable([], "b", { error: "b" }));
    await acquireIn(scope, disposable([], "c", { error: "c" }));
    scope.fail("body");
    expect(shapeOf((await rejectedBy(leave(scope))).error)).toEqual(["a", ["b", ["c", "body"]]]);
  });

  it("property 4: after an acquisition that failed the scope is as it was", async () => {
    const trace: Trace = [];
    const scope = new AsyncScope();
    await acquireIn(scope, new AsyncTraced(trace, "a"));
    expect((await rejectedBy(acquireIn(scope, Promise.reject("no")))).error).toBe("no");
    expect((await rejectedBy(acquireIn(scope, Promise.resolve(1)))).error).toBeInstanceOf(TypeError);
    expect(await acquireIn(scope, Promise.resolve(new AsyncTraced(trace, "b")))).toBe("B");
    await leave(scope);
    expect(trace).toEqual(["+a", "+b", "-b", "-a"]);
  });
});
