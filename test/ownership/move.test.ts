import { describe, expect, it } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { Scope } from "../../runtime/core/scope.ts";
import * as runtime from "../../runtime/index.ts";
import { contextManager, resource, run, UntransformedError } from "../../runtime/index.ts";
import { combined, disposable, shapeOf, thrownBy, type Trace, Traced } from "../runtime/traced.ts";
import { move, moveAsync } from "./from.ts";

/** Ends a scope, failed with `error` if there is one. */
function leave(scope: Scope, failed?: { readonly error: unknown }): void {
  if (failed) scope.fail(failed.error);
  scope.exit();
}

/** The same for one that may have to wait. */
async function leaveAsync(scope: AsyncScope): Promise<void> {
  while (scope.unwind()) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  scope.exit();
}

async function acquireAsync(scope: AsyncScope, value: unknown): Promise<unknown> {
  for (let waits = scope.request(value); waits; waits = scope.receive(await scope.awaited));
  return scope.handle;
}

const messageOf = (call: () => unknown): string => String((thrownBy(call).error as Error).message);

describe("move at run time", () => {
  it("property 41: the old scope does not release, the new one does, once, told its own exit", () => {
    const trace: Trace = [];
    const [old, next] = [new Scope(), new Scope()];
    const before = old.acquire(new Traced(trace, "before"));
    const a = old.acquire(new Traced(trace, "a", (exit) => trace.push(exit.kind)));
    expect([before, a]).toEqual(["BEFORE", "A"]);
    const owned = move.from(a, old);
    leave(old);
    trace.push("left");
    expect(next.acquire(owned)).toBe("A");
    const error = new Error("body");
    expect(thrownBy(() => leave(next, { error })).error).toBe(error);
    expect(trace).toEqual(["+before", "+a", "-before", "left", "-a", "failed"]);
  });

  it("property 41: what a scope that has been left held cannot be moved", () => {
    const scope = new Scope();
    const a = scope.acquire(disposable([], "a"));
    scope.exit();
    expect(messageOf(() => move.from(a, scope))).toContain("its block has ended");
  });

  it("takes the latest acquisition of the innermost scope that holds the handle", () => {
    const trace: Trace = [];
    const [inner, outer] = [new Scope(), new Scope()];
    const shared = disposable(trace, "shared");
    const asResource = (name: string) =>
      resource(
        () => shared,
        () => trace.push(name),
      );
    outer.acquire(shared);
    outer.acquire(asResource("outer"));
    inner.acquire(asResource("inner first"));
    inner.acquire(disposable(trace, "between"));
    inner.acquire(asResource("inner second"));
    for (const expected of ["inner second", "inner first", "outer", "-shared"]) {
      const owner = new Scope();
      owner.acquire(move.from(shared, inner, outer));
      owner.exit();
      expect(trace.pop()).toBe(expected);
    }
    expect(messageOf(() => move.from(shared, inner, outer))).toContain("no scope of this function holds it");
    leave(inner);
    leave(outer);
    expect(trace).toEqual(["-between"]);
  });

  it("compares handles as Object.is does, of whatever kind they are", () => {
    const handles = [NaN, 0, -0, "", Symbol.iterator, 1n, () => 1, undefined, null, false];
    const scope = new Scope();
    const released: unknown[] = [];
    for (const handle of handles)
      scope.acquire(
        resource(
          () => handle,
          (it) => released.push(it),
        ),
      );
    const owners = handles.map((handle) => {
      const owner = new Scope();
      expect(owner.acquire(move.from(handle, scope))).toBe(handle);
      return owner;
    });
    leave(scope);
    expect(released).toEqual([]);
    for (const owner of owners) owner.exit();
    expect(released.map((each, index) => Object.is(each, handles[index]))).not.toContain(false);
    expect(released).toHaveLength(handles.length);
  });

  it("moves nothing as the nothing it is, wherever that comes from", () => {
    for (const nothing of [null, undefined]) {
      const scope = new Scope();
      expect(scope.acquire(move.from(nothing, scope))).toBe(nothing);
      scope.exit();
    }
  });

  it("keeps the release as it was when it was acquired, a Disposable's method too", () => {
    const trace: Trace = [];
    const changing = disposable(trace, "first");
    const scope = new Scope();
    scope.acquire(changing);
    Object.assign(changing, disposable(trace, "second"));
    const owner = new Scope();
    owner.acquire(move.from(changing, scope));
    owner.exit();
    expect(trace).toEqual(["-first"]);
  });

  it("is told apart from its errors: combined with them, under the name it had (S4)", () => {
    class Channel {
      [Symbol.dispose]() {
        throw new Error("release");
      }
    }
    const [old, next] = [new Scope(), new Scope()];
    next.acquire(move.from(old.acquire(new Channel()), old));
    const { error } = thrownBy(() => leave(next, { error: new Error("body") }));
    expect(combined(error).message).toContain("Error: release (while releasing Channel)");
    expect(shapeOf(error)).toEqual([new Error("release"), new Error("body")]);
  });

  it("hands a context manager on, its body still at the yield", () => {
    const trace: Trace = [];
    const manager = contextManager(function* () {
      try {
        yield { name: "handle" };
        trace.push("succeeded");
      } catch (error) {
        trace.push(String(error));
      }
    });
    const [old, next] = [new Scope(), new Scope()];
    next.acquire(move.from(old.acquire(manager()), old));
    old.exit();
    next.fail("body");
    expect(next.exit()).toBe(true); // suppressed in the scope that has it
    expect(trace).toEqual(["body"]);
  });

  it("what is owned is acquired once, and says so with its name", () => {
    const scope = new Scope();
    const owned = move.from(scope.acquire(new Traced([], "a")), scope);
    scope.acquire(owned);
    for (const call of [
      () => scope.acquire(owned),
      () =>
        run(function* () {
          return yield owned as never;
        }),
    ])
      expect(messageOf(call)).toBe(
        "ts-raii: Traced was moved once and has been acquired since: an owned resource is acquired once. To hand it on, move its handle again",
      );
  });

  it("a failing acquisition beside it in the new scope releases it", () => {
    const trace: Trace = [];
    const old = new Scope();
    const owned = move.from(old.acquire(new Traced(trace, "a")), old);
    const next = new Scope();
    next.acquire(owned);
    const { error } = thrownBy(() => next.acquire(1));
    expect(thrownBy(() => leave(next, { error })).error).toBe(error);
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("says what cannot be moved, and changes nothing", () => {
    class Socket {
      [Symbol.dispose]() {}
    }
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("hostile");
        },
      },
    );
    const trace: Trace = [];
    const scope = new Scope();
    const held = scope.acquire(disposable(trace, "held"));
    const why =
      "no scope of this function holds it. It was not acquired here, has been moved before, or its block has ended";
    const refused: [unknown, string][] = [
      [new Socket(), `[object Socket]: ${why}`],
      ["text", `text: ${why}`],
      [NaN, `NaN: ${why}`],
      [() => 1, `[function Function]: ${why}`],
      [new Error("an error"), `Error: an error: ${why}`],
      [
        resource(
          () => held,
          () => {},
          "res",
        ),
        "[object res]: it is a resource, and what is moved is the handle that raii() gives. What is not acquired yet needs no moving",
      ],
    ];
    for (const [value, message] of refused) {
      expect(messageOf(() => move.from(value, scope))).toBe(`ts-raii: move() cannot take ${message}`);
      expect(messageOf(() => moveAsync.from(value, scope))).toBe(
        `ts-raii: moveAsync() cannot take ${message}`,
      );
    }
    expect(messageOf(() => move.from(hostile, scope))).toContain("move() cannot take");
    expect(messageOf(() => move.from(held))).toContain("no scope of this function holds it");
    scope.exit();
    expect(trace).toEqual(["-held"]);
  });
});

describe("moveAsync at run time", () => {
  it("property 41: the release is awaited in the new scope, and only there", async () => {
    const trace: Trace = [];
    const [old, next] = [new AsyncScope(), new AsyncScope()];
    const slow = resource(
      async () => ({ slow: true }),
      async (_, exit) => {
        trace.push(`-slow ${exit.kind}`);
        await null;
        trace.push("-slow.");
      },
    );
    const handle = await acquireAsync(old, slow);
    const owned = moveAsync.from(handle, old);
    await leaveAsync(old);
    trace.push("left");
    expect(await acquireAsync(next, owned)).toBe(handle);
    await leaveAsync(next);
    trace.push("end");
    expect(trace).toEqual(["left", "-slow succeeded", "-slow.", "end"]);
  });

  it("move refuses what was acquired with await, and it stays where it is", async () => {
    const trace: Trace = [];
    const scope = new AsyncScope();
    class Session {
      async [Symbol.asyncDispose]() {
        trace.push("-async");
      }
    }
    class Plain {
      [Symbol.dispose]() {
        trace.push("-fallback");
      }
    }
    for (const value of [new Session(), new Plain()]) {
      await acquireAsync(scope, value);
      const { error } = thrownBy(() => move.from(value, scope));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(
        `ts-raii: move() cannot take ${value.constructor.name}: it was acquired with await, and its release is awaited. Use moveAsync()`,
      );
    }
    await leaveAsync(scope);
    expect(trace).toEqual(["-fallback", "-async"]);
  });

  it("takes what was acquired synchronously, too, and does not await what a synchronous dispose returns", async () => {
    const trace: Trace = [];
    const late = () => Promise.reject(new Error("nobody awaits it"));
    for (const isAwaited of [true, false]) {
      const [old, next] = [new AsyncScope(), new AsyncScope()];
      const fallback = { [Symbol.dispose]: () => (trace.push("-"), late().catch(() => {}), 1) };
      if (isAwaited) await acquireAsync(old, fallback);
      else old.acquire(fallback);
      await acquireAsync(next, moveAsync.from(fallback, old));
      await leaveAsync(old);
      next.unwind();
      expect(next.awaited).toBe(undefined);
      await leaveAsync(next);
    }
    expect(trace).toEqual(["-", "-"]);
  });

  it("a null that was acquired with await leaves its await to its own block (S8)", async () => {
    const scope = new AsyncScope();
    await acquireAsync(scope, null);
    moveAsync.from(null, scope);
    expect(scope.unwind()).toBe(true); // it is owed still
    expect(scope.unwind()).toBe(false);
    scope.exit();
  });

  it("what it gives is refused without await, and released nonetheless", async () => {
    const trace: Trace = [];
    const [old, next] = [new AsyncScope(), new Scope()];
    const value = disposable(trace, "a");
    old.acquire(value);
    const owned = moveAsync.from(value, old);
    expect(messageOf(() => next.acquire(owned))).toContain("if async, await raii()");
    await null;
    await null;
    expect(trace).toEqual(["-a"]);
    expect(messageOf(() => next.acquire(owned))).toContain("has been acquired since");
  });
});

describe("the markers in code that was not compiled", () => {
  it.each(["move", "moveAsync"] as const)("%s says what raii says, of itself (property 51)", (name) => {
    const { error } = thrownBy(() => runtime[name]({}));
    expect(error).toBeInstanceOf(UntransformedError);
    const { message, name: errorName, stack } = error as Error;
    expect(errorName).toBe("UntransformedError");
    for (const part of [
      `${name}() was not compiled`,
      "use raii",
      "ts-raii/vite",
      "tspc",
      "TypeScript 7",
      "ExitStack",
    ])
      expect(message).toContain(part);
    expect(message).not.toContain("raii()");
    expect(stack).toContain(`${name}() was not compiled`);
  });
});
