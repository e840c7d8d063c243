import { describe, expect, it } from "vitest";
import { acquire, type Acquisition, Resource, run } from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace, Traced } from "./traced.ts";

/** Acquires what the types would refuse, with another resource held before it. */
function acquireAnything(value: unknown, trace: Trace = []): unknown {
  return run(function* () {
    yield* acquire(disposable(trace, "earlier"));
    return yield* acquire(value as Disposable);
  });
}

describe("what can be acquired", () => {
  it.each([null, undefined])("property 50: %s means no resource and is its own handle", (nothing) => {
    const trace: Trace = [];
    expect(acquireAnything(nothing, trace)).toBe(nothing);
    expect(trace).toEqual(["-earlier"]);
  });

  it("property 50: a Disposable is its own handle", () => {
    const value = disposable([], "a");
    expect(acquireAnything(value)).toBe(value);
  });

  it("property 50: the dispose method is read once, at acquisition", () => {
    const trace: Trace = [];
    let method = () => void trace.push("first method");
    const value = {
      get [Symbol.dispose]() {
        trace.push("read");
        return method;
      },
    };
    run(function* () {
      yield* acquire(value);
      method = () => void trace.push("second method");
      trace.push("body");
    });
    expect(trace).toEqual(["read", "body", "first method"]);
  });

  it("property 50: the dispose method is called with the resource as `this` and no arguments", () => {
    const calls: unknown[] = [];
    const value = {
      [Symbol.dispose](...args: unknown[]) {
        calls.push([this, args]);
      },
    };
    run(function* () {
      yield* acquire(value);
    });
    thrownBy(() =>
      run(function* () {
        yield* acquire(value);
        throw new Error("body");
      }),
    );
    expect(calls).toEqual([
      [value, []],
      [value, []],
    ]);
  });

  it("property 50: an inherited dispose method serves, private fields and all", () => {
    class Base {
      #open = true;
      get open(): boolean {
        return this.#open;
      }
      [Symbol.dispose](): void {
        this.#open = false;
      }
    }
    class Derived extends Base {}
    const value = new Derived();
    run(function* () {
      expect((yield* acquire(value)).open).toBe(true);
    });
    expect(value.open).toBe(false);
  });

  it("property 50: a function with a dispose method is a resource", () => {
    const trace: Trace = [];
    const stop = Object.assign(() => "called", {
      [Symbol.dispose](this: unknown) {
        trace.push(`disposed ${this === stop}`);
      },
    });
    const result = run(function* () {
      return (yield* acquire(stop))();
    });
    expect(result).toBe("called");
    expect(trace).toEqual(["disposed true"]);
  });

  it("property 50: a class whose static method disposes is a resource", () => {
    const trace: Trace = [];
    class Registry {
      static [Symbol.dispose](): void {
        trace.push("-Registry");
      }
    }
    run(function* () {
      yield* acquire(Registry);
    });
    expect(trace).toEqual(["-Registry"]);
  });

  it("property 50: a getter of dispose that throws fails the acquisition with that very error (S2)", () => {
    const error = new Error("getter");
    const trace: Trace = [];
    const value = {
      get [Symbol.dispose](): never {
        throw error;
      },
    };
    expect(thrownBy(() => acquireAnything(value, trace)).error).toBe(error);
    expect(trace).toEqual(["-earlier"]);
  });

  it.each([
    ["a plain object", { close() {} }],
    ["an object whose dispose is null", { [Symbol.dispose]: null }],
    ["an object whose dispose is undefined", { [Symbol.dispose]: undefined }],
    ["an object whose dispose is no function", { [Symbol.dispose]: {} }],
    ["an object whose acquire is no function", { [Resource.acquire]: 1 }],
    ["a function", () => {}],
    ["a class", class Plain {}],
    ["an array", [disposable([], "a")]],
    ["a promise", Promise.resolve(disposable([], "a"))],
    ["an object without a prototype", Object.create(null)],
    ["a string", "text"],
    ["a number", 1],
    ["NaN", Number.NaN],
    ["true", true],
    ["false", false],
    ["zero", 0],
    ["the empty string", ""],
    ["a symbol", Symbol("s")],
    ["a bigint", 1n],
  ])("property 50: %s is a TypeError, and what was acquired before is released (S2)", (_, value) => {
    const trace: Trace = [];
    const { error } = thrownBy(() => acquireAnything(value, trace));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^ts-raii: cannot acquire .*: it is no resource/);
    expect(trace).toEqual(["-earlier"]);
  });

  it.each([
    [{ name: "db" }, "db"],
    [new (class Connection {})(), "Connection"],
    [function open() {}, "open"],
    ["data.bin", "data.bin"],
    [7, "7"],
    [false, "false"],
    [Symbol("token"), "token"],
    [new RangeError("bad"), "RangeError: bad"],
  ])("property 50: the TypeError names the value: %s", (value, shown) => {
    expect(String(thrownBy(() => acquireAnything(value)).error)).toMatch(
      new RegExp(`cannot acquire .*${shown}.*: it is no resource`),
    );
  });

  it("property 50: the TypeError is thrown at the yield*, where the program's own catch takes it (S2)", () => {
    const result = run(function* () {
      try {
        yield* acquire(1 as unknown as Disposable);
      } catch (error) {
        return error;
      }
      return "acquired";
    });
    expect(result).toBeInstanceOf(TypeError);
  });

  it("property 50: a primitive is refused although its prototype has a dispose method", () => {
    const prototypes: object[] = [String, Number, Boolean, Symbol, BigInt].map((each) => each.prototype);
    const primitives = ["text", 1, true, Symbol("s"), 1n];
    for (const prototype of prototypes) {
      Object.defineProperty(prototype, Symbol.dispose, { value() {}, configurable: true });
    }
    try {
      for (const value of primitives) {
        expect(thrownBy(() => acquireAnything(value)).error).toBeInstanceOf(TypeError);
      }
    } finally {
      for (const prototype of prototypes) Reflect.deleteProperty(prototype, Symbol.dispose);
    }
  });

  it("property 50: an AsyncDisposable is refused in synchronous code", () => {
    const value = { async [Symbol.asyncDispose]() {} };
    expect(thrownBy(() => acquireAnything(value)).error).toBeInstanceOf(TypeError);
  });

  it("property 50: what is both a Disposable and a Resource is acquired as the Resource, which is told the exit", () => {
    const trace: Trace = [];
    class Both implements Resource<Both>, Disposable {
      [Resource.acquire](): Acquisition<Both> {
        return { handle: this, release: (exit) => trace.push(exit.kind) };
      }
      [Symbol.dispose](): void {
        trace.push("disposed");
      }
    }
    const both = new Both();
    expect(acquireAnything(both)).toBe(both);
    expect(trace).toEqual(["succeeded"]);
  });

  it("a class is a resource by the protocol; its handle is separate from it", () => {
    const trace: Trace = [];
    expect(acquireAnything(new Traced(trace, "a"), trace)).toBe("A");
    expect(trace).toEqual(["+a", "-a", "-earlier"]);
  });

  it("[Resource.acquire]() and release() are called on their own objects, release() with the exit alone", () => {
    const calls: unknown[] = [];
    const acquisition: Acquisition<number> = {
      handle: 1,
      release(...args: unknown[]) {
        calls.push([this, args]);
      },
    };
    const value: Resource<number> = {
      [Resource.acquire](...args: unknown[]) {
        calls.push([this, args]);
        return acquisition;
      },
    };
    expect(acquireAnything(value)).toBe(1);
    expect(calls).toEqual([
      [value, []],
      [acquisition, [{ kind: "succeeded" }]],
    ]);
  });

  it("a handle may be any value, also one that is no object", () => {
    for (const handle of [undefined, null, 0, "", Symbol("s")]) {
      const value: Resource<unknown> = { [Resource.acquire]: () => ({ handle, release() {} }) };
      expect(acquireAnything(value)).toBe(handle);
    }
  });

  it("[Resource.acquire] is the same key in every copy of the runtime", () => {
    expect(Resource.acquire).toBe(Symbol.for("ts-raii.acquire"));
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a bare handle", "handle"],
    ["a handle without a release", { handle: 1 }],
    ["a promise", Promise.resolve({ handle: 1, release() {} })],
  ])("[Resource.acquire]() that gives %s is a TypeError naming the resource", (_, acquisition) => {
    class Broken {
      [Resource.acquire](): unknown {
        return acquisition;
      }
    }
    const trace: Trace = [];
    const { error } = thrownBy(() => acquireAnything(new Broken(), trace));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      /\[object Broken\]: \[Resource\.acquire\]\(\) must return \{ handle, release \}/,
    );
    expect(trace).toEqual(["-earlier"]);
  });
});
