import { describe, expect, it } from "vitest";
import {
  acquireAsync,
  type Acquisition,
  type AsyncAcquirable,
  type AsyncResource,
  Resource,
  runAsync,
} from "../../runtime/index.ts";
import { asyncDisposable, AsyncTraced, disposable, rejectedBy, type Trace, Traced } from "./traced.ts";

/** Acquires what the types would refuse, with another resource held before it. */
function acquireAnything(value: unknown, trace: Trace = []): Promise<unknown> {
  return runAsync(function* () {
    yield* acquireAsync(disposable(trace, "earlier"));
    // An object, so that a handle that is a promise is not awaited on its way out.
    return { handle: (yield* acquireAsync(value as AsyncAcquirable)) as unknown };
  }).then(({ handle }) => handle);
}

const noted = (trace: Trace, dispose: unknown, asyncDispose: unknown) => ({
  get [Symbol.dispose]() {
    trace.push("read dispose");
    return dispose;
  },
  get [Symbol.asyncDispose]() {
    trace.push("read asyncDispose");
    return asyncDispose;
  },
});

describe("what can be acquired with await", () => {
  it.each([null, undefined])("property 50: %s means no resource and is its own handle", async (nothing) => {
    const trace: Trace = [];
    expect(await acquireAnything(nothing, trace)).toBe(nothing);
    expect(await acquireAnything(Promise.resolve(nothing), trace)).toBe(nothing);
    expect(trace).toEqual(["-earlier", "-earlier"]);
  });

  it("property 50: an AsyncDisposable and a Disposable are their own handles", async () => {
    for (const value of [asyncDisposable([], "a"), disposable([], "b")])
      expect(await acquireAnything(value)).toBe(value);
  });

  it("property 50: asyncDispose goes first, and dispose is not even read", async () => {
    const trace: Trace = [];
    await acquireAnything(
      noted(
        trace,
        () => trace.push("dispose"),
        () => trace.push("asyncDispose"),
      ),
      trace,
    );
    expect(trace).toEqual(["read asyncDispose", "asyncDispose", "-earlier"]);
  });

  it.each([null, undefined])("property 50: where asyncDispose is %s, dispose serves", async (absent) => {
    const trace: Trace = [];
    await acquireAnything(
      noted(trace, () => trace.push("dispose"), absent),
      trace,
    );
    expect(trace).toEqual(["read asyncDispose", "read dispose", "dispose", "-earlier"]);
  });

  it.each([1, "text", {}, 0, false, ""])(
    "property 50: an asyncDispose that is %j is a TypeError, although there is a dispose",
    async (asyncDispose) => {
      const trace: Trace = [];
      const value = noted(trace, () => expect.fail("it was not acquired"), asyncDispose);
      const { error } = await rejectedBy(acquireAnything(value, trace));
      expect(error).toBeInstanceOf(TypeError);
      expect(trace).toEqual(["read asyncDispose", "-earlier"]);
    },
  );

  it("property 50: the methods are read once, at acquisition", async () => {
    const trace: Trace = [];
    const value = {
      [Symbol.asyncDispose]: async () => void trace.push("first"),
    };
    await runAsync(function* () {
      yield* acquireAsync(value);
      value[Symbol.asyncDispose] = async () => void trace.push("second");
    });
    expect(trace).toEqual(["first"]);
  });

  it("property 50: a disposer is called on the resource, without arguments", async () => {
    const calls: unknown[] = [];
    function dispose(this: unknown, ...args: unknown[]) {
      calls.push([this, args]);
    }
    const values = [{ [Symbol.asyncDispose]: dispose }, { [Symbol.dispose]: dispose }];
    for (const value of values) {
      await acquireAnything(value);
      await rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(value as AsyncDisposable | Disposable);
          throw "body";
        }),
      );
    }
    expect(calls).toEqual(
      values.flatMap((value) => [
        [value, []],
        [value, []],
      ]),
    );
  });

  it("property 50: functions and classes that have a disposer are resources, also promises that have one", async () => {
    const trace: Trace = [];
    const stop = Object.assign(() => {}, { [Symbol.asyncDispose]: async () => void trace.push("-stop") });
    class Registry {
      static async [Symbol.asyncDispose]() {
        trace.push("-Registry");
      }
    }
    const job = Object.assign(Promise.resolve("not awaited"), asyncDisposable(trace, "job"));
    expect(await acquireAnything(stop)).toBe(stop);
    expect(await acquireAnything(Registry)).toBe(Registry);
    // The promise that the test awaits would take it for a promise: it is looked at inside.
    await runAsync(function* () {
      const handle: unknown = yield* acquireAsync(job);
      expect(handle === job).toBe(true);
    });
    expect(trace).toEqual(["-stop", "-Registry", "-job", "job released"]);
  });

  it("property 50: a promise, or another thenable, of anything that can be acquired", async () => {
    const trace: Trace = [];
    const thenable = (value: unknown) => ({ then: (resolve: (value: unknown) => void) => resolve(value) });
    const lock = asyncDisposable(trace, "lock");
    expect(await acquireAnything(Promise.resolve(lock))).toBe(lock);
    expect(await acquireAnything(thenable(lock))).toBe(lock);
    expect(await acquireAnything(thenable(Promise.resolve(lock)))).toBe(lock);
    const file = disposable(trace, "file");
    expect(await acquireAnything(Promise.resolve(file))).toBe(file);
    expect(await acquireAnything(Promise.resolve(new Traced(trace, "a")))).toBe("A");
    expect(await acquireAnything(Promise.resolve(new AsyncTraced(trace, "b")))).toBe("B");
    const locks = "-lock,lock released,-lock,lock released,-lock,lock released";
    expect(trace.join()).toBe(`${locks},-file,+a,-a,+b,-b`);
  });

  it("property 50: a getter that throws fails the acquisition with that very error (S2)", async () => {
    for (const key of [Symbol.asyncDispose, Symbol.dispose, Resource.acquire, "then"]) {
      const trace: Trace = [];
      const value = Object.defineProperty({}, key, {
        get() {
          throw "getter";
        },
      });
      expect((await rejectedBy(acquireAnything(value, trace))).error).toBe("getter");
      expect(trace).toEqual(["-earlier"]);
    }
  });

  const values: [string, unknown][] = [
    ["a plain object", { close() {} }],
    ["an object whose methods are null", { [Symbol.asyncDispose]: null, [Symbol.dispose]: null }],
    ["an object whose dispose is no function", { [Symbol.dispose]: {} }],
    ["an object whose acquire is no function", { [Resource.acquire]: 1 }],
    ["an object whose then is no function", { then: 1 }],
    ["a function", () => {}],
    ["an array", [disposable([], "a")]],
    ["an object without a prototype", Object.create(null)],
    ["a string", "text"],
    ["zero", 0],
    ["false", false],
    ["a symbol", Symbol("s")],
    ["a bigint", 1n],
  ];
  it.each(values)(
    "property 50: %s is a TypeError, also from a promise, and what was acquired before is released (S2)",
    async (_, value) => {
      for (const each of [value, Promise.resolve(value)]) {
        const trace: Trace = [];
        const { error } = await rejectedBy(acquireAnything(each, trace));
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).toMatch(/ts-raii: cannot acquire .*: it is no resource/);
        expect(trace).toEqual(["-earlier"]);
      }
    },
  );

  it("property 50: a primitive is refused although its prototype has the methods", async () => {
    const prototypes: object[] = [String, Number, Boolean, Symbol, BigInt].map((each) => each.prototype);
    const keys = [Symbol.dispose, Symbol.asyncDispose, Resource.acquire];
    for (const prototype of prototypes)
      for (const key of keys) Object.defineProperty(prototype, key, { value() {}, configurable: true });
    try {
      for (const value of ["text", 1, true, Symbol("s"), 1n])
        expect((await rejectedBy(acquireAnything(value))).error).toBeInstanceOf(TypeError);
    } finally {
      for (const prototype of prototypes) for (const key of keys) Reflect.deleteProperty(prototype, key);
    }
  });

  it("property 50: what is both a Disposable and a Resource is acquired as the Resource, which is told the exit", async () => {
    const trace: Trace = [];
    class Both implements AsyncResource<Both>, AsyncDisposable {
      async [Resource.acquire](): Promise<Acquisition<Both>> {
        return { handle: this, release: (exit) => trace.push(exit.kind) };
      }
      async [Symbol.asyncDispose]() {
        trace.push("disposed");
      }
    }
    const both = new Both();
    expect(await acquireAnything(both)).toBe(both);
    expect(trace).toEqual(["succeeded"]);
  });

  it("[Resource.acquire]() and release() are called on their own objects, release() with the exit alone", async () => {
    for (const isAsync of [true, false]) {
      const calls: unknown[] = [];
      const acquisition: Acquisition<number> = {
        handle: 1,
        release(...args: unknown[]) {
          calls.push([this, args]);
        },
      };
      const value = {
        [Resource.acquire](...args: unknown[]) {
          calls.push([this, args]);
          return isAsync ? Promise.resolve(acquisition) : acquisition;
        },
      };
      expect(await acquireAnything(value)).toBe(1);
      expect(calls).toEqual([
        [value, []],
        [acquisition, [{ kind: "succeeded" }]],
      ]);
    }
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a bare handle", "handle"],
    ["a handle without a release", { handle: 1 }],
    ["a resource", new Traced([], "a")],
  ])(
    "[Resource.acquire]() that gives %s, or a promise of it, is a TypeError naming the resource",
    async (_, acquisition) => {
      for (const each of [acquisition, Promise.resolve(acquisition)]) {
        class Broken {
          [Resource.acquire](): unknown {
            return each;
          }
        }
        const trace: Trace = [];
        const { error } = await rejectedBy(acquireAnything(new Broken(), trace));
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).toMatch(
          /\[object Broken\]: \[Resource\.acquire\]\(\) must return \{ handle, release \}/,
        );
        expect(trace).toEqual(["-earlier"]);
      }
    },
  );

  it("a handle may be any value, also a promise or a Disposable, which is not ours to await or dispose", async () => {
    const handles = [
      undefined,
      null,
      0,
      Promise.reject("nobody awaits it"),
      disposable([], "not ours", { error: 1 }),
    ];
    (handles[3] as Promise<never>).catch(() => {});
    for (const handle of handles) {
      const value: Resource<unknown> = { [Resource.acquire]: () => ({ handle, release() {} }) };
      await runAsync(function* () {
        expect((yield* acquireAsync(value)) === handle).toBe(true);
      });
    }
  });
});
