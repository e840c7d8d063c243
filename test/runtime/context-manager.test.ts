import { describe, expect, it } from "vitest";
import { acquire, contextManager, run } from "../../runtime/index.ts";
import { disposable, shapeOf, thrownBy, type Trace, Traced } from "./traced.ts";

/** Runs a body that fails with `error` inside the manager, with a resource around it that notes its exit. */
function failInside(
  manager: () => Parameters<typeof acquire>[0],
  error: unknown,
  exits: unknown[] = [],
): unknown {
  return run(function* () {
    yield* acquire(
      new Traced([], "outer", (exit) => exits.push(exit.kind === "failed" ? exit.error : exit.kind)),
    );
    yield* acquire(manager());
    throw error;
  });
}

describe("contextManager()", () => {
  it("what stands before the yield acquires, the yielded value is the handle, what stands after releases", () => {
    const trace: Trace = [];
    const manager = contextManager(function* () {
      trace.push("before");
      yield "handle";
      trace.push("after");
    });
    const result = run(function* () {
      const handle = yield* acquire(manager());
      trace.push("body");
      return handle;
    });
    expect(result).toBe("handle");
    expect(trace).toEqual(["before", "body", "after"]);
  });

  it("the yield gives undefined after a success, and what the manager returns is ignored", () => {
    let sent: unknown = "nothing yet";
    const manager = contextManager(function* () {
      sent = yield "handle";
      return true;
    });
    const result = run(function* () {
      yield* acquire(manager());
      return "result";
    });
    expect(result).toBe("result");
    expect(sent).toBeUndefined();
  });

  it("property 34: nothing runs until it is acquired, and each acquisition runs anew", () => {
    const trace: Trace = [];
    const manager = contextManager(function* (id: string) {
      trace.push(`+${id}`);
      yield id;
      trace.push(`-${id}`);
    });
    const a = manager("a");
    expect(trace).toEqual([]);
    const use = () =>
      run(function* () {
        yield* acquire(a);
      });
    use();
    use();
    expect(trace).toEqual(["+a", "-a", "+a", "-a"]);
  });

  it("property 3: the same one acquired twice at once is two acquisitions", () => {
    const trace: Trace = [];
    let next = 0;
    const numbered = contextManager(function* () {
      const id = ++next;
      try {
        yield id;
      } finally {
        trace.push(`-${id}`);
      }
    })();
    const result = run(function* () {
      return [yield* acquire(numbered), yield* acquire(numbered)];
    });
    expect(result).toEqual([1, 2]);
    expect(trace).toEqual(["-2", "-1"]);
  });

  it("`this` and the arguments reach the body", () => {
    const server = {
      host: "localhost",
      connect: contextManager(function* (this: { host: string }, port: number, ...flags: string[]) {
        yield `${this.host}:${port} ${flags.join()}`;
      }),
    };
    const result = run(function* () {
      return yield* acquire(server.connect(80, "a", "b"));
    });
    expect(result).toBe("localhost:80 a,b");
  });

  it("property 4: an error before the yield fails the acquisition, and nothing is released for it", () => {
    const trace: Trace = [];
    const error = new Error("before");
    const manager = contextManager(function* () {
      if (trace.length === 0) throw error;
      try {
        yield;
      } finally {
        trace.push("after");
      }
    });
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(manager());
      }),
    );
    expect(thrown.error).toBe(error);
    expect(trace).toEqual([]);
  });

  it("property 18: the error of the body is thrown at the yield, the very value", () => {
    for (const error of [new Error("body"), undefined, null, 0]) {
      let seen: unknown[] = [];
      const manager = contextManager(function* () {
        try {
          yield;
        } catch (caught) {
          seen = [caught];
          throw caught;
        }
      });
      expect(thrownBy(() => failInside(manager, error)).error).toBe(error);
      expect(seen).toEqual([error]);
    }
  });

  it("property 14: rethrowing the error, or not catching it, does not suppress and adds nothing", () => {
    const error = new Error("body");
    const trace: Trace = [];
    const rethrowing = contextManager(function* () {
      try {
        yield;
      } catch (caught) {
        throw caught;
      }
    });
    const cleaning = contextManager(function* () {
      try {
        yield;
      } finally {
        trace.push("cleaned");
      }
    });
    const careless = contextManager(function* () {
      yield;
      trace.push("never");
    });
    for (const manager of [rethrowing, cleaning, careless]) {
      const exits: unknown[] = [];
      expect(thrownBy(() => failInside(manager, error, exits)).error).toBe(error);
      expect(exits).toEqual([error]);
    }
    expect(trace).toEqual(["cleaned"]);
  });

  it("property 20: not rethrowing it suppresses, as in Python", () => {
    const swallowing = contextManager(function* () {
      try {
        yield;
      } catch {
        // suppresses
      }
    });
    const returning = contextManager(function* () {
      try {
        yield;
      } finally {
        return;
      }
    });
    for (const manager of [swallowing, returning]) {
      const exits: unknown[] = [];
      expect(failInside(manager, new Error("body"), exits)).toBeUndefined();
      expect(exits).toEqual(["succeeded"]);
    }
  });

  it("property 21: a manager that would suppress leaves a success and its value alone", () => {
    const manager = contextManager(function* () {
      try {
        yield;
      } catch {
        // would suppress
      }
    });
    const result = run(function* () {
      yield* acquire(manager());
      return "value";
    });
    expect(result).toBe("value");
  });

  it("property 19: an error thrown in place of the body's is combined with it, and outer releases see that", () => {
    const body = new Error("body");
    const replacement = new Error("replacement");
    const manager = contextManager(function* () {
      try {
        yield;
      } catch {
        throw replacement;
      }
    });
    const exits: unknown[] = [];
    const thrown = thrownBy(() => failInside(manager, body, exits));
    expect(shapeOf(thrown.error)).toEqual([replacement, body]);
    expect(exits).toEqual([thrown.error]);
  });

  it("property 11: an error in its finally is combined with the body's, and thrown as it is after a success", () => {
    const body = new Error("body");
    const release = new Error("release");
    const manager = contextManager(function* () {
      try {
        yield;
      } finally {
        throw release;
      }
    });
    expect(shapeOf(thrownBy(() => failInside(manager, body)).error)).toEqual([release, body]);
    const alone = thrownBy(() =>
      run(function* () {
        yield* acquire(manager());
      }),
    );
    expect(alone.error).toBe(release);
  });

  it("no yield fails the acquisition, by name", () => {
    const manager = contextManager(function* forgetful(): Generator<string> {});
    const trace: Trace = [];
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable(trace, "earlier"));
        yield* acquire(manager());
      }),
    );
    expect(String(thrown.error)).toContain("the context manager forgetful ended without a yield");
    expect(trace).toEqual(["-earlier"]);
  });

  it("a second yield fails the release, by name, and the manager's finally still runs", () => {
    const trace: Trace = [];
    const manager = contextManager(function* twice() {
      try {
        yield 1;
        yield 2;
        trace.push("never");
      } finally {
        trace.push("finally");
      }
    });
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable(trace, "earlier"));
        yield* acquire(manager());
      }),
    );
    expect(String(thrown.error)).toContain("the context manager twice yielded twice");
    expect(trace).toEqual(["finally", "-earlier"]);
  });

  it("property 11: a second yield after the body's error loses neither", () => {
    const body = new Error("body");
    const trace: Trace = [];
    const manager = contextManager(function* twice() {
      try {
        try {
          yield 1;
        } catch {
          yield 2;
        }
      } finally {
        trace.push("finally");
      }
    });
    const thrown = thrownBy(() => failInside(manager, body)).error as SuppressedError;
    expect(String(thrown.error)).toContain("twice yielded twice");
    expect(thrown.suppressed).toBe(body);
    expect(trace).toEqual(["finally"]);
  });

  it("a manager that yields for ever is ended all the same", () => {
    const trace: Trace = [];
    const manager = contextManager(function* stubborn() {
      for (;;) {
        try {
          yield 1;
        } finally {
          trace.push("again");
          if (trace.length < 5) continue;
        }
      }
    });
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(manager());
      }),
    );
    expect(String(thrown.error)).toContain("stubborn yielded twice");
  });

  it("property 43: a manager may acquire through a program of its own around nothing but its release", () => {
    const trace: Trace = [];
    const manager = contextManager(function* () {
      try {
        yield "handle";
      } finally {
        run(function* () {
          yield* acquire(new Traced(trace, "log"));
          trace.push("cleaning");
        });
      }
    });
    run(function* () {
      yield* acquire(manager());
    });
    expect(trace).toEqual(["+log", "cleaning", "-log"]);
  });

  it("refuses at once what is no function", () => {
    for (const value of [undefined, null, {}, (function* () {})()]) {
      expect(
        thrownBy(() => contextManager(value as unknown as () => Generator<number>)).error,
      ).toBeInstanceOf(TypeError);
    }
  });

  it.each([
    ["a plain function", () => "handle"],
    ["a function that gives nothing", () => {}],
    ["an async function", async () => "handle"],
    [
      "an async generator function",
      async function* () {
        yield "handle";
      },
    ],
  ])("%s fails the acquisition with an error that names contextManager", (_, body) => {
    const manager = contextManager(body as unknown as () => Generator<string>);
    let entered = false;
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(manager());
        entered = true;
      }),
    );
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(/ts-raii: .*(context manager|contextManager)/);
    expect(entered).toBe(false);
  });
});
