import { describe, expect, it } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import {
  acquire,
  acquireAsync,
  type AsyncAcquirable,
  awaited,
  contextManager,
  run,
  runAsync,
} from "../../runtime/index.ts";
import { disposable, rejectedBy, shapeOf, thrownBy, ticks, type Trace, Traced } from "./traced.ts";

/** Runs a body that fails with `error` inside the manager, with a resource around it that notes its exit. */
const failInside = (manager: () => AsyncAcquirable, error: unknown, exits: unknown[] = []) =>
  runAsync(function* () {
    yield* acquire(
      new Traced([], "outer", (exit) => exits.push(exit.kind === "failed" ? exit.error : exit.kind)),
    );
    yield* acquireAsync(manager());
    throw error;
  });

const use = (manager: AsyncAcquirable) =>
  runAsync(function* () {
    yield* acquireAsync(manager);
  });

// The behaviours are those of CPython's `asynccontextmanager`, one after the other.
describe("contextManager() of an async generator function", () => {
  it("what stands before the yield acquires, the yielded value is the handle, what stands after releases", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* () {
      await ticks(2);
      trace.push("before");
      const sent: unknown = yield "handle";
      await ticks(2);
      trace.push(`after ${String(sent)}`);
      return true;
    });
    const result = await runAsync(function* () {
      const handle = yield* acquireAsync(manager());
      trace.push("body");
      return handle;
    });
    expect(result).toBe("handle");
    expect(trace).toEqual(["before", "body", "after undefined"]);
  });

  it("property 34: nothing runs until it is acquired, and each acquisition runs anew", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* (id: string) {
      trace.push(`+${id}`);
      yield id;
      trace.push(`-${id}`);
    });
    const a = manager("a");
    expect(trace).toEqual([]);
    await use(a);
    await Promise.all([use(a), use(a)]);
    expect(trace).toEqual(["+a", "-a", "+a", "+a", "-a", "-a"]);
  });

  it("`this` and the arguments reach the body", async () => {
    const server = {
      host: "localhost",
      connect: contextManager(async function* (this: { host: string }, port: number, ...flags: string[]) {
        yield `${this.host}:${port} ${flags.join()}`;
      }),
    };
    const handle = await runAsync(function* () {
      return yield* acquireAsync(server.connect(80, "a", "b"));
    });
    expect(handle).toBe("localhost:80 a,b");
  });

  it("a yielded promise is awaited, as every async generator does, and the handle is what it gives", async () => {
    const manager = contextManager(async function* () {
      yield Promise.resolve("handle");
    });
    const handle = await runAsync(function* () {
      return { handle: yield* acquireAsync(manager()) };
    });
    expect(handle).toEqual({ handle: "handle" });
  });

  it("property 4: an error before the yield fails the acquisition, and nothing is released for it", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* () {
      await ticks(1);
      if (trace.length === 0) throw "before";
      try {
        yield;
      } finally {
        trace.push("after");
      }
    });
    expect((await rejectedBy(use(manager()))).error).toBe("before");
    expect(trace).toEqual([]);
  });

  it("property 18: the error of the body is thrown at the yield, the very value", async () => {
    for (const error of [new Error("body"), undefined, null, 0]) {
      let seen: unknown[] = [];
      const manager = contextManager(async function* () {
        try {
          yield;
        } catch (caught) {
          seen = [caught];
          throw caught;
        }
      });
      expect((await rejectedBy(failInside(manager, error))).error).toBe(error);
      expect(seen).toEqual([error]);
    }
  });

  it("property 14: rethrowing the error, not catching it, or wrapping it with its cause adds nothing", async () => {
    const error = new Error("body");
    const wrapper = new Error("wrapper", { cause: error });
    const trace: Trace = [];
    const rethrowing = contextManager(async function* () {
      try {
        yield;
      } catch (caught) {
        await ticks(1);
        throw caught;
      }
    });
    const cleaning = contextManager(async function* () {
      try {
        yield;
      } finally {
        await ticks(1);
        trace.push("cleaned");
      }
    });
    const careless = contextManager(async function* () {
      yield;
      trace.push("never");
    });
    const wrapping = contextManager(async function* () {
      try {
        yield;
      } catch {
        throw wrapper;
      }
    });
    for (const manager of [rethrowing, cleaning, careless, wrapping]) {
      const exits: unknown[] = [];
      const thrown = manager === wrapping ? wrapper : error;
      expect((await rejectedBy(failInside(manager, error, exits))).error).toBe(thrown);
      expect(exits).toEqual([thrown]);
    }
    expect(trace).toEqual(["cleaned"]);
  });

  it("property 20: not rethrowing it suppresses", async () => {
    const swallowing = contextManager(async function* () {
      try {
        yield;
      } catch {
        await ticks(1);
      }
    });
    const returning = contextManager(async function* () {
      try {
        yield;
      } finally {
        return;
      }
    });
    for (const manager of [swallowing, returning]) {
      const exits: unknown[] = [];
      expect(await failInside(manager, new Error("body"), exits)).toBeUndefined();
      expect(exits).toEqual(["succeeded"]);
      const result = await runAsync(function* () {
        yield* acquireAsync(manager());
        return "value";
      });
      expect(result).toBe("value");
    }
  });

  it("property 19: an error thrown in place of the body's is combined with it, and outer releases see that", async () => {
    const manager = contextManager(async function* () {
      try {
        yield;
      } catch {
        throw "replacement";
      }
    });
    const exits: unknown[] = [];
    const { error } = await rejectedBy(failInside(manager, "body", exits));
    expect(shapeOf(error)).toEqual(["replacement", "body"]);
    expect(exits).toEqual([error]);
  });

  it("property 11: an error in its finally is combined with the body's, and thrown as it is after a success", async () => {
    const manager = contextManager(async function* () {
      try {
        yield;
      } finally {
        await Promise.reject("release");
      }
    });
    expect(shapeOf((await rejectedBy(failInside(manager, "body"))).error)).toEqual(["release", "body"]);
    expect((await rejectedBy(use(manager()))).error).toBe("release");
  });

  it("no yield fails the acquisition, by name", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* forgetful(): AsyncGenerator<string> {});
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquire(disposable(trace, "earlier"));
        yield* acquireAsync(manager());
      }),
    );
    expect(String(error)).toContain("the context manager forgetful ended without a yield");
    expect(trace).toEqual(["-earlier"]);
  });

  it("a second yield fails the release, by name, and the manager's finally still runs", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* twice() {
      try {
        yield 1;
        yield 2;
        trace.push("never");
      } finally {
        await ticks(2);
        trace.push("finally");
      }
    });
    const { error } = await rejectedBy(use(manager()));
    expect(String(error)).toContain("the context manager twice yielded twice");
    expect(trace).toEqual(["finally"]);
  });

  it("property 11: a second yield after the body's error loses neither, nor the error of its end", async () => {
    const manager = (fails: boolean) =>
      contextManager(async function* twice() {
        try {
          try {
            yield 1;
          } catch {
            yield 2;
          }
        } finally {
          if (fails) await Promise.reject("end");
        }
      });
    const second = expect.stringContaining("twice yielded twice") as unknown;
    const shown = async (fails: boolean) =>
      JSON.parse(
        JSON.stringify(
          shapeOf((await rejectedBy(failInside(manager(fails), "body"))).error),
          (_, value: unknown) => (value instanceof Error ? value.message : value),
        ),
      ) as unknown;
    expect(await shown(false)).toEqual([second, "body"]);
    expect(await shown(true)).toEqual([["end", second], "body"]);
  });

  it("a manager that yields for ever is ended all the same", async () => {
    let again = 0;
    const manager = contextManager(async function* stubborn() {
      for (;;) {
        try {
          yield 1;
        } finally {
          if (again++ < 5) continue;
        }
      }
    });
    expect(String((await rejectedBy(use(manager()))).error)).toContain("stubborn yielded twice");
  });

  it("property 18: one whose scope was closed from outside is closed as well, and cannot keep it open", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* () {
      try {
        yield "handle";
        trace.push("never");
      } catch {
        trace.push("never");
      } finally {
        await ticks(1);
        trace.push("closed");
      }
    });
    const scope = new AsyncScope();
    if (scope.request(manager())) scope.receive(await scope.awaited);
    expect(scope.handle).toBe("handle");
    while (scope.unwind(true)) await scope.awaited;
    expect(scope.exit()).toBe(false);
    expect(trace).toEqual(["closed"]);
  });

  it("property 43: a manager may hold resources through a program of its own", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* () {
      try {
        yield "handle";
      } finally {
        await runAsync(function* () {
          yield* acquire(new Traced(trace, "log"));
          yield* awaited(ticks(2));
          trace.push("cleaning");
        });
      }
    });
    await use(manager());
    expect(trace).toEqual(["+log", "cleaning", "-log"]);
  });

  it("a synchronous one serves `await raii()` as well", async () => {
    const trace: Trace = [];
    const manager = contextManager(function* (id: string) {
      try {
        yield id;
      } catch (error) {
        trace.push(`caught ${String(error)}`);
      }
    });
    expect(await failInside(() => manager("a"), "body")).toBeUndefined();
    expect(trace).toEqual(["caught body"]);
  });

  it("property 32: given to run() it is a TypeError by name, and what it has begun it ends", async () => {
    const trace: Trace = [];
    const manager = contextManager(async function* late() {
      try {
        yield 1;
      } finally {
        trace.push("finally");
      }
    });
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(manager() as never);
      }),
    );
    expect(String(error)).toMatch(/TypeError: ts-raii: cannot acquire \[object late\].*await raii\(\)/);
    await ticks(20);
    expect(trace).toEqual(["finally"]);
  });

  it.each<[string, () => unknown]>([
    ["a plain function", () => "handle"],
    ["a function that gives nothing", () => {}],
    ["an async function", async () => "handle"],
  ])("%s fails the acquisition with a TypeError that says what it takes", async (_, body) => {
    const { error } = await rejectedBy(use(contextManager(body as () => Generator<null>)()));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("takes a generator function (function*, async function*)");
  });
});
