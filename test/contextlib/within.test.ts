import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  type AsyncResource,
  contextManager,
  type Exit,
  ExitStack,
  resource,
  suppress,
  within,
} from "../../runtime/index.ts";
import {
  asyncDisposable,
  AsyncTraced,
  disposable,
  rejectedBy,
  shapeOf,
  thrownBy,
  ticks,
  type Trace,
  Traced,
} from "../runtime/traced.ts";

const noting = (trace: Trace) => (exit: Exit) => trace.push(exit.kind);
const failure = new Error("no");
const failing = resource(
  () => {
    throw failure;
  },
  () => {},
);

describe("within(): around a function", () => {
  it("acquires for each call, releases after it, and gives what the function gives", () => {
    const trace: Trace = [];
    const add = within(new Traced(trace, "r", noting(trace)))((a: number, b: number) => {
      trace.push("body");
      return a + b;
    });
    expect(trace).toEqual([]);
    expect([add(1, 2), add(3, 4)]).toEqual([3, 7]);
    expect(trace).toEqual(["+r", "body", "-r", "succeeded", "+r", "body", "-r", "succeeded"]);
  });

  it("tells the release the error, which is thrown as it is, or suppressed, or combined", () => {
    const trace: Trace = [];
    const throws = () => {
      throw failure;
    };
    const release = new Error("release");
    expect(thrownBy(within(new Traced(trace, "r", noting(trace)))(throws)).error).toBe(failure);
    expect(trace).toEqual(["+r", "-r", "failed"]);
    expect(within(suppress(Error))(throws)()).toBeUndefined();
    const combining = within(
      new Traced(trace, "r", () => {
        throw release;
      }),
    )(throws);
    expect(shapeOf(thrownBy(combining).error)).toEqual([release, failure]);
  });

  it("property 4: where the acquisition fails the function is not called", () => {
    const call = within(failing)(() => expect.fail("it is not to be called"));
    expect(thrownBy(call).error).toBe(failure);
  });

  it("S7: keeps `this`, arguments, name and length, and that it is no constructor", () => {
    const greet = function greet(this: { name: string }, greeting: string, _mark = "!", ...rest: unknown[]) {
      return `${greeting} ${this.name}${_mark}${rest.length}`;
    };
    const wrapped = within(new Traced([], "r"))(greet);
    expect(wrapped.call({ name: "Ada" }, "Hello", "?", 1, 2)).toBe("Hello Ada?2");
    expect([wrapped.name, wrapped.length]).toEqual(["greet", 1]);
    expect(Object.getOwnPropertyDescriptor(wrapped, "name")).toEqual(
      Object.getOwnPropertyDescriptor(greet, "name"),
    );
    expect(Object.getOwnPropertyDescriptor(wrapped, "length")).toEqual(
      Object.getOwnPropertyDescriptor(greet, "length"),
    );
    const Greet = within(new Traced([], "r"))(function () {}) as unknown as new () => unknown;
    expect(() => new Greet()).toThrow(TypeError);
  });

  it("makes the resource of the `this` and the arguments of the call; one that is a Disposable, too", () => {
    const trace: Trace = [];
    const withdraw = within(function (this: { id: string }, from: string) {
      return disposable(trace, `${this.id} ${from}`);
    })(function (this: { id: string }, from: string, amount: number) {
      trace.push(`${amount} from ${from}`);
    });
    withdraw.call({ id: "1" }, "a", 10);
    withdraw.call({ id: "2" }, "b", 20);
    expect(trace).toEqual(["10 from a", "-1 a", "20 from b", "-2 b"]);
  });

  it("takes a function that makes none, or throws", () => {
    expect(within(() => null)(() => "called")()).toBe("called");
    const throwing = within(() => {
      throw failure;
    });
    expect(thrownBy(throwing(() => expect.fail("it is not to be called"))).error).toBe(failure);
  });

  it("nests: recursive calls acquire once more each, several resources from the outside in", () => {
    const trace: Trace = [];
    const manager = contextManager(function* () {
      trace.push("+");
      yield;
      trace.push("-");
    });
    const factorial: (n: number) => number = within(manager())((n: number): number =>
      n < 2 ? 1 : n * factorial(n - 1),
    );
    expect(factorial(3)).toBe(6);
    expect(trace.splice(0).join("")).toBe("+++---");
    const both = within(new Traced(trace, "outer"))(within(new Traced(trace, "inner"))(() => {}));
    both();
    expect(trace).toEqual(["+outer", "+inner", "-inner", "-outer"]);
  });

  it("S8: of a synchronous function nothing is asynchronous", () => {
    const order: string[] = [];
    queueMicrotask(() => order.push("microtask"));
    const result = within(new Traced([], "r"))(() => 1)();
    expect([result, order]).toEqual([1, []]);
  });

  it("is told the exit by a stack, too", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    const call = within(stack)((id: string) => stack.push((exit) => trace.push(`${id} ${exit.kind}`)));
    call("a");
    call("b");
    expect(trace).toEqual(["a succeeded", "b succeeded"]);
  });
});

describe("within(): around a function that gives a promise", () => {
  it("holds a synchronous resource until that has settled", async () => {
    const trace: Trace = [];
    const around = within(new Traced(trace, "r", noting(trace)));
    const work = async (id: string) => {
      await ticks(3);
      trace.push(id);
      if (id === "fails") throw failure;
      return id;
    };
    for (const call of [around(work), around((id: string) => work(id))]) {
      expect(await call("works")).toBe("works");
      expect((await rejectedBy(call("fails"))).error).toBe(failure);
      expect(trace.splice(0)).toEqual(["+r", "works", "-r", "succeeded", "+r", "fails", "-r", "failed"]);
    }
  });

  it("awaits the acquisition and the release of an asynchronous one", async () => {
    const trace: Trace = [];
    const around = within(new AsyncTraced(trace, "r"));
    for (const call of [
      around(async (id: string) => trace.push(id)),
      around((id: string) => Promise.resolve(trace.push(id))),
    ]) {
      await call("body");
      expect(trace.splice(0)).toEqual(["+r", "body", "-r"]);
    }
    await within(() => asyncDisposable(trace, "d"))(async () => {})();
    await within(() => Promise.resolve(asyncDisposable(trace, "p")))(async () => {})();
    expect(trace).toEqual(["-d", "d released", "-p", "p released"]);
  });

  it("an async function rejects with whatever fails, and so does not throw", async () => {
    const work = async () => expect.fail("it is not to be called");
    const throwing = within(() => {
      throw failure;
    });
    for (const call of [within(failing)(work), throwing(work)]) {
      expect((await rejectedBy(call())).error).toBe(failure);
    }
    const suppressing = within(suppress(Error))(async () => {
      throw failure;
    });
    expect(await suppressing()).toBeUndefined();
    expect(suppressing.constructor).toBe(work.constructor);
  });

  it("S7: of an async function `this`, arguments, name and length are kept as well", async () => {
    const load = within(new AsyncTraced([], "r"))(async function load(this: string, path: string) {
      return `${this}/${path}`;
    });
    expect(await load.call("root", "path")).toBe("root/path");
    expect([load.name, load.length]).toEqual(["load", 1]);
  });
});

describe("within(): as a decorator", () => {
  it("of methods, getters and setters, static and private ones, too", async () => {
    const trace: Trace = [];
    const traced = (id: string) => new Traced(trace, id);
    // The engine, and what compiles the tests, know no decorators.
    const source = `class Accounts {
        static readonly bank = "bank";
        balance = 10;

        @within(traced("static"))
        static open(this: typeof Accounts): string {
          return this.bank;
        }
        @within(function (this: Accounts, amount: number) {
          return traced(\`\${this.balance} - \${amount}\`);
        })
        withdraw(amount: number): number {
          return (this.balance -= amount);
        }
        @within(new AsyncTraced(trace, "async"))
        async audit(): Promise<number> {
          return this.balance;
        }
        @within(traced("get"))
        get cents(): number {
          return this.balance * 100;
        }
        @within(traced("set"))
        set cents(cents: number) {
          this.balance = cents / 100;
        }
        @within(traced("private"))
        #secret(): number {
          return this.balance;
        }
        secret(): number {
          return this.#secret();
        }
      }
      return Accounts;`;
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
    });
    const declare = new Function("within", "traced", "AsyncTraced", "trace", outputText);
    const Accounts = declare(within, traced, AsyncTraced, trace);
    const accounts = new Accounts();
    expect([Accounts.open(), accounts.withdraw(3), await accounts.audit(), accounts.cents]).toEqual([
      "bank",
      7,
      7,
      700,
    ]);
    accounts.cents = 100;
    expect(accounts.secret()).toBe(1);
    const ids = ["static", "10 - 3", "async", "get", "set", "private"];
    expect(trace).toEqual(ids.flatMap((id) => [`+${id}`, `-${id}`]));
    expect([accounts.withdraw.name, accounts.withdraw.length]).toEqual(["withdraw", 1]);
  });

  it("refuses classes, fields and accessors, and the form of before there was a standard", () => {
    const decorate = within(new Traced([], "r")) as (target: unknown, context?: unknown) => unknown;
    class Example {}
    for (const [target, context, what] of [
      [Example, { kind: "class" }, '"class"'],
      [undefined, { kind: "field" }, '"field"'],
      [{ get: () => 1, set() {} }, { kind: "accessor" }, '"accessor"'],
      [Example.prototype, "method", "[object Example]"],
    ] as const) {
      const { error } = thrownBy(() => decorate(target, context));
      expect(String(error)).toBe(
        `TypeError: ts-raii: within() is for functions, methods, getters and setters (by standard decorators); ${what} is none`,
      );
    }
  });
});

describe("within(): what it refuses, before any call", () => {
  it.each([
    ["a class", class Example {}, "within() is for functions"],
    ["no function", {}, "within() is for functions"],
    ["nothing", undefined, "within() is for functions"],
    ["a generator function", function* lines() {}, "lines runs only when it is read"],
    ["an async generator function", async function* lines() {}, "lines runs only when it is read"],
  ])("around %s", (_, fn, message) => {
    const { error } = thrownBy(() => within(new Traced([], "r"))(fn as () => void));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
  });

  it.each([
    ["a Disposable", disposable([], "d"), "[object Object]"],
    ["null", null, "null"],
    ["undefined", undefined, "undefined"],
    ["a promise", Promise.resolve(new Traced([], "r")), "[object Promise]"],
  ])("%s as the resource", (_, value, described) => {
    const { error } = thrownBy(() => within(value as unknown as AsyncResource<unknown>));
    expect(String(error)).toBe(
      `TypeError: ts-raii: within() takes a resource, or a function that makes one; ${described} is none, or can be released only once`,
    );
  });
});
