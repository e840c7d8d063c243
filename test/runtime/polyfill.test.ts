import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import type * as Runtime from "../../runtime/index.ts";
import { acquire, type Exit, resource, run } from "../../runtime/index.ts";
import { rejectedBy, shapeOf, thrownBy, type Trace } from "./traced.ts";

/** The runtime as one script that takes its globals as parameters: `Symbol.dispose` itself cannot be taken away. */
const bundle = buildSync({
  entryPoints: [fileURLToPath(new URL("../../runtime/index.ts", import.meta.url))],
  bundle: true,
  format: "iife",
  globalName: "runtime",
  target: "es2020",
  write: false,
}).outputFiles[0]!.text;

/** A second copy of the runtime, on a platform whose `Symbol` is the one given. */
function loadRuntime(symbols: object = Symbol): typeof Runtime {
  return new Function("Symbol", `"use strict"; ${bundle}; return runtime;`)(symbols) as typeof Runtime;
}

/** `Symbol` of a platform without explicit resource management. */
function oldSymbols(): { dispose?: symbol; asyncDispose?: symbol } {
  return { for: Symbol.for, iterator: Symbol.iterator, asyncIterator: Symbol.asyncIterator } as object;
}

/** What `run` does with one resource, on a runtime whose types are those of this platform. */
function acquireOn(runtime: typeof Runtime, value: object): unknown {
  return runtime.run(function* () {
    return yield* runtime.acquire(value as Disposable);
  });
}

describe("a platform without Symbol.dispose", () => {
  it("property 50: the runtime loads, and resources of its own work", () => {
    const runtime = loadRuntime(oldSymbols());
    const trace: Trace = [];
    const counted = runtime.resource(
      () => "handle",
      () => trace.push("-a"),
    );
    expect(acquireOn(runtime, counted)).toBe("handle");
    expect(trace).toEqual(["-a"]);
  });

  it("property 50: what is no resource is refused with the same TypeError", () => {
    const { error } = thrownBy(() => acquireOn(loadRuntime(oldSymbols()), { undefined() {} }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("it is no resource");
  });

  it("disposable(), asyncDisposable() and the stacks have their dispose methods by the key of a polyfill that comes later", async () => {
    const symbols = oldSymbols();
    const runtime = loadRuntime(symbols);
    const trace: Trace = [];
    const traced = (name: string) =>
      runtime.resource(
        () => {},
        () => trace.push(name),
      );
    type Keyed = Record<symbol, () => unknown>;
    const registered = runtime.disposable(traced("before")) as unknown as Keyed;
    registered[Symbol.for("Symbol.dispose")]!();
    symbols.dispose = Symbol("dispose");
    symbols.asyncDispose = Symbol("asyncDispose");
    (runtime.disposable(traced("disposable")) as unknown as Keyed)[symbols.dispose]!();
    await ((await runtime.asyncDisposable(traced("async"))) as unknown as Keyed)[symbols.asyncDispose]!();
    const stack = new runtime.ExitStack();
    stack.use(traced("stack"));
    (stack as unknown as Keyed)[symbols.dispose]!();
    const asyncStack = new runtime.AsyncExitStack();
    asyncStack.use(traced("async stack"));
    await (asyncStack as unknown as Keyed)[symbols.asyncDispose]!();
    expect(trace).toEqual(["before", "disposable", "async", "stack", "async stack"]);
  });

  it("property 50: a polyfill may come after the runtime", () => {
    const symbols = oldSymbols();
    const runtime = loadRuntime(symbols);
    const dispose = Symbol("polyfilled");
    const trace: Trace = [];
    const value = { [dispose]: () => trace.push("-a") };
    expect(thrownBy(() => acquireOn(runtime, value)).error).toBeInstanceOf(TypeError);
    symbols.dispose = dispose;
    expect(acquireOn(runtime, value)).toBe(value);
    expect(trace).toEqual(["-a"]);
  });

  it("property 50: a class that was compiled before the polyfill came has its method under the registered symbol", () => {
    const symbols = oldSymbols();
    const runtime = loadRuntime(symbols);
    const trace: Trace = [];
    class Early {
      [Symbol.for("Symbol.dispose")](...args: unknown[]): void {
        trace.push(`-early ${this instanceof Early} ${args.length}`);
      }
    }
    acquireOn(runtime, new Early());
    symbols.dispose = Symbol("polyfilled");
    acquireOn(runtime, new Early());
    expect(trace).toEqual(["-early true 0", "-early true 0"]);
  });

  it("property 50: the platform's symbol goes first where an object has both", () => {
    const trace: Trace = [];
    const both = {
      [Symbol.for("Symbol.dispose")]: () => trace.push("registered"),
      [Symbol.dispose]: () => trace.push("platform"),
    };
    run(function* () {
      yield* acquire(both as Disposable);
    });
    expect(trace).toEqual(["platform"]);
  });
});

describe("a platform without Symbol.asyncDispose", () => {
  const acquireAsyncOn = (runtime: typeof Runtime, value: object) =>
    runtime.runAsync(function* () {
      return { handle: (yield* runtime.acquireAsync(value as Disposable)) as unknown };
    });

  it("property 50: the runtime loads, and asynchronous resources of its own work", async () => {
    const runtime = loadRuntime(oldSymbols());
    const trace: Trace = [];
    const counted = runtime.resource(
      async () => "handle",
      async () => void trace.push("-a"),
    );
    expect(await acquireAsyncOn(runtime, counted)).toEqual({ handle: "handle" });
    expect(trace).toEqual(["-a"]);
    // A property of the name "undefined" is no method for a symbol that is not there.
    const { error } = await rejectedBy(acquireAsyncOn(runtime, { undefined() {} }));
    expect(String(error)).toContain("it is no resource");
  });

  it("property 50: a polyfill may come later; classes compiled before have the registered symbols", async () => {
    const symbols = oldSymbols();
    const runtime = loadRuntime(symbols);
    const trace: Trace = [];
    const early = { [Symbol.for("Symbol.asyncDispose")]: () => trace.push("-early") };
    const earlySync = { [Symbol.for("Symbol.dispose")]: () => trace.push("-early sync") };
    const asyncDispose = Symbol("polyfilled");
    const late = {
      [asyncDispose]: () => trace.push("-late"),
      [Symbol.for("Symbol.asyncDispose")]: () => trace.push("registered"),
    };
    for (const value of [early, earlySync, late]) await acquireAsyncOn(runtime, value);
    symbols.asyncDispose = asyncDispose;
    for (const value of [early, earlySync, late]) await acquireAsyncOn(runtime, value);
    expect(trace).toEqual("-early,-early sync,registered,-early,-early sync,-late".split(","));
  });
});

describe("two copies of the runtime in one process", () => {
  it("a resource of the one is acquired by the other, exit and suppression included", () => {
    const other = loadRuntime();
    const exits: Exit[] = [];
    const ours = resource(
      () => "ours",
      (_, exit) => {
        exits.push(exit);
        if (exit.kind === "failed") exit.suppress();
      },
    );
    const result = other.run(function* () {
      const handle = yield* other.acquire(ours as Runtime.Resource<string>);
      throw handle;
    });
    expect(result).toBeUndefined();
    expect(exits).toMatchObject([{ kind: "failed", error: "ours" }]);
  });

  it("property 14: an error that the one combined and the other's release rethrows is not combined again", () => {
    const other = loadRuntime();
    const failing = { [Symbol.dispose]: () => thrown("release") };
    const rethrowing = resource(
      () => {},
      (_, exit) => thrown(exit.kind === "failed" ? exit.error : "no failure"),
    );
    const error = thrownBy(() =>
      run(function* () {
        yield* acquire(rethrowing);
        other.run(function* () {
          yield* other.acquire(failing as Disposable);
          throw "body";
        });
      }),
    ).error;
    expect(shapeOf(error)).toEqual(["release", "body"]);
  });
});

function thrown(error: unknown): never {
  throw error;
}
