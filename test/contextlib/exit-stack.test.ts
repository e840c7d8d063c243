import { describe, expect, it } from "vitest";
import { Scope } from "../../runtime/core/scope.ts";
import { acquire, type Exit, ExitStack, type Resource, resource, run } from "../../runtime/index.ts";
import { disposable, shapeOf, thrownBy, type Trace, Traced } from "../runtime/traced.ts";

const throwing = (error: unknown) => () => {
  throw error;
};
const noting = (trace: Trace) => (exit: Exit) => trace.push(exit.kind);

describe("ExitStack", () => {
  it("S1: holds what is entered, pushed and called back, and releases it in reverse when its scope ends", () => {
    const trace: Trace = [];
    const plain = disposable(trace, "disposable");
    run(function* () {
      const stack = yield* acquire(new ExitStack());
      expect(stack.enter(new Traced(trace, "resource"))).toBe("RESOURCE");
      expect(stack.enter(plain)).toBe(plain);
      expect([stack.enter(null), stack.enter(undefined)]).toEqual([null, undefined]);
      stack.push((exit) => trace.push(`pushed ${exit.kind}`));
      stack.callback((...args: unknown[]) => trace.push(`called with ${args.join()}`), 1, "two");
      stack.callback(() => trace.push("called"));
      trace.push("body");
    });
    expect(trace).toEqual([
      "+resource",
      "body",
      "called",
      "called with 1,two",
      "pushed succeeded",
      "-disposable",
      "-resource",
    ]);
  });

  it("a callback is called with its arguments only, without `this`; one that is named by its function fails under that name", () => {
    const seen: unknown[] = [];
    const stack = new ExitStack();
    stack.callback(function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args);
    }, 1);
    stack.push(function (this: unknown) {
      seen.push(this);
    });
    stack.callback(function flush() {
      throw new Error("flush");
    });
    stack.callback(throwing(new Error("first")));
    const { error } = thrownBy(() => stack.close());
    expect(seen).toEqual([undefined, undefined, 1]);
    expect(String(error)).toContain("Error: flush (while releasing flush)");
  });

  it("S5: a release suppresses the error of the scope; one without a resource, too", () => {
    const trace: Trace = [];
    const result = run(function* () {
      yield* acquire(new Traced(trace, "outer", noting(trace)));
      const stack = yield* acquire(new ExitStack());
      stack.push(noting(trace));
      stack.push((exit) => exit.kind === "failed" && exit.suppress());
      stack.push(noting(trace));
      throw new Error("body");
    });
    expect(result).toBeUndefined();
    expect(trace).toEqual(["+outer", "failed", "succeeded", "-outer", "succeeded"]);
  });

  it("S5: nothing that a release returns suppresses", () => {
    const body = new Error("body");
    const { error } = thrownBy(() =>
      ExitStack.run((stack) => {
        stack.push(() => true);
        stack.callback(() => true);
        throw body;
      }),
    );
    expect(error).toBe(body);
  });

  it("tells releases that the scope was cancelled, which none of them can suppress (property 22)", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    stack.push(noting(trace));
    stack.push((exit) => exit.kind === "failed" && exit.suppress());
    stack.callback(throwing(new Error("release")));
    stack.push(noting(trace));
    const scope = new Scope();
    scope.acquire(new Traced(trace, "outer", noting(trace)));
    scope.acquire(stack);
    expect(scope.exit(true)).toBe(false);
    expect(trace).toEqual(["+outer", "cancelled", "cancelled", "-outer", "cancelled"]);
  });

  it("property 4: an acquisition that fails throws where it is entered, and leaves the others held", () => {
    const trace: Trace = [];
    const failure = new Error("no");
    const stack = new ExitStack();
    stack.enter(new Traced(trace, "a"));
    expect(thrownBy(() => stack.enter(resource(throwing(failure), () => trace.push("never")))).error).toBe(
      failure,
    );
    expect(thrownBy(() => stack.enter({} as never)).error).toBeInstanceOf(TypeError);
    stack.close();
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("S8: is synchronous", () => {
    const stack = new ExitStack();
    expect(Symbol.asyncDispose in stack || "then" in stack).toBe(false);
    expect(stack.close()).toBeUndefined();
  });

  it("refuses what is no function, at once", () => {
    const stack = new ExitStack();
    for (const value of [undefined, null, "fn"]) {
      const message = (call: string) => `ts-raii: ${call} takes a function, and was given ${value}`;
      expect(() => stack.push(value as never)).toThrow(new TypeError(message("push(release)")));
      expect(() => stack.callback(value as never)).toThrow(new TypeError(message("callback(fn, ...args)")));
    }
    stack.close();
  });

  it("what is never closed releases nothing", () => {
    const trace: Trace = [];
    new ExitStack().enter(new Traced(trace, "a"));
    expect(trace).toEqual(["+a"]);
  });
});

describe("ExitStack.run()", () => {
  it("gives what the function returns, after the releases (S3)", () => {
    const trace: Trace = [];
    const result = ExitStack.run((stack) => {
      stack.enter(new Traced(trace, "a"));
      return `${trace.length} so far`;
    });
    expect([result, trace]).toEqual(["1 so far", ["+a", "-a"]]);
  });

  it("throws the error of the function, and of one of its releases that another suppresses nothing is left", () => {
    const body = new Error("body");
    expect(thrownBy(() => ExitStack.run(throwing(body))).error).toBe(body);
    const result = ExitStack.run((stack) => {
      stack.push((exit) => exit.kind === "failed" && exit.suppress());
      stack.callback(throwing(new Error("release")));
      return "result";
    });
    expect(result).toBe("result");
  });

  it.each([
    ["fulfilled", () => Promise.resolve(1)],
    ["rejected", () => Promise.reject(new Error("later"))],
  ])("refuses a function whose promise would be %s, after releasing as for a failure", (_, promise) => {
    const trace: Trace = [];
    const { error } = thrownBy(() =>
      (ExitStack.run as (body: (stack: ExitStack) => unknown) => unknown)((stack) => {
        stack.push(noting(trace));
        return promise();
      }),
    );
    expect(String(error)).toContain(
      "TypeError: ts-raii: ExitStack.run() was given a function that returns a promise",
    );
    expect(trace).toEqual(["failed"]);
  });
});

describe("ExitStack.close()", () => {
  it("property 3: releases once, as after a success; closing again does nothing, nor does the end of the scope", () => {
    const trace: Trace = [];
    const body = new Error("body");
    const { error } = thrownBy(() =>
      run(function* () {
        const stack = yield* acquire(new ExitStack());
        stack.push(noting(trace));
        stack.close();
        stack.close();
        throw body;
      }),
    );
    expect(error).toBe(body);
    expect(trace).toEqual(["succeeded"]);
  });

  it("property 11: throws all that was thrown, once", () => {
    const [a, b] = [new Error("a"), new Error("b")];
    const stack = new ExitStack();
    stack.callback(throwing(a));
    stack.callback(throwing(b));
    expect(shapeOf(thrownBy(() => stack.close()).error)).toEqual([a, b]);
    stack.close();
  });

  it("of a release does nothing: the stack is being closed", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    stack.enter(new Traced(trace, "a"));
    stack.callback(() => stack.close());
    stack.callback(() => trace.push("b"));
    stack.close();
    expect(trace).toEqual(["+a", "b", "-a"]);
  });
});

describe("property 42: an ExitStack that has been closed", () => {
  const closed = () => {
    const stack = new ExitStack();
    stack.close();
    return stack;
  };

  it("releases what it is given at once, as failed, and says so", () => {
    const trace: Trace = [];
    const errors = [
      (stack: ExitStack) => stack.push((exit) => trace.push(`pushed ${exit.kind}`)),
      (stack: ExitStack) => stack.callback((id) => trace.push(id), "called"),
      (stack: ExitStack) => void stack.enter(disposable(trace, "disposable")),
    ].map((give) => String(thrownBy(() => give(closed())).error));
    expect(trace).toEqual(["pushed failed", "called", "-disposable"]);
    expect(new Set(errors)).toEqual(
      new Set(["Error: ts-raii: this ExitStack has been closed; what it was given has been released"]),
    );
  });

  it("does not acquire a resource", () => {
    const trace: Trace = [];
    const { error } = thrownBy(() => closed().enter(new Traced(trace, "a")));
    expect(String(error)).toContain("this ExitStack has been closed; the resource has not been acquired");
    expect(trace).toEqual([]);
  });

  it("releases one whose acquisition has closed it", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    const closing = resource(
      () => stack.close(),
      (_, exit) => trace.push(exit.kind),
    );
    expect(String(thrownBy(() => stack.enter(closing)).error)).toContain("has been released");
    expect(trace).toEqual(["failed"]);
  });

  it("says so though the release suppresses, and keeps what the release throws", () => {
    const stack = closed();
    const suppressing = thrownBy(() => stack.push((exit) => exit.kind === "failed" && exit.suppress()));
    expect(String(suppressing.error)).toContain("has been closed");
    const failure = new Error("release");
    const [later, earlier] = shapeOf(thrownBy(() => stack.callback(throwing(failure))).error) as unknown[];
    expect(later).toBe(failure);
    expect(String(earlier)).toContain("has been closed");
  });

  it("refuses nothing, and what is no resource, like any other value", () => {
    expect(String(thrownBy(() => closed().enter(null)).error)).toContain("has been closed");
    expect(thrownBy(() => closed().enter(1 as never)).error).toBeInstanceOf(TypeError);
  });

  it("has nothing left to pop", () => {
    expect(String(thrownBy(() => closed().popAll()).error)).toContain(
      "there is nothing left to take from it",
    );
  });
});

describe("property 43: an ExitStack that acquires and releases", () => {
  it("holds what an acquisition enters below what is acquired", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    const outer = resource(
      () => stack.enter(new Traced(trace, "inner")),
      () => trace.push("-outer"),
    );
    expect(stack.enter(outer)).toBe("INNER");
    stack.close();
    expect(trace).toEqual(["+inner", "-outer", "-inner"]);
  });

  it("releases what a release enters next, told the exit as that release has left it", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    stack.push((exit) => trace.push(`first ${exit.kind}`));
    stack.callback(() => {
      expect(stack.enter(new Traced(trace, "late", noting(trace)))).toBe("LATE");
      stack.callback(() => stack.push((exit) => trace.push(`latest ${exit.kind}`)));
      throw new Error("release");
    });
    thrownBy(() => stack.close());
    expect(trace).toEqual(["+late", "latest failed", "-late", "failed", "first failed"]);
  });

  it("leaves to the new stack what a release pops", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    let rest = stack;
    stack.enter(new Traced(trace, "a"));
    stack.callback(() => void (rest = stack.popAll()));
    stack.close();
    expect(trace).toEqual(["+a"]);
    rest.close();
    expect(trace).toEqual(["+a", "-a"]);
  });
});

describe("ExitStack.popAll()", () => {
  const open = (trace: Trace, ids: string[], fails?: string) =>
    run(function* () {
      const stack = yield* acquire(new ExitStack());
      for (const id of ids) {
        if (id === fails) throw new Error(id);
        stack.enter(new Traced(trace, id));
      }
      return stack.popAll();
    });

  it("property 41: all is the caller's, in its order, or all is released", () => {
    const trace: Trace = [];
    const all = open(trace, ["a", "b"]);
    expect(trace).toEqual(["+a", "+b"]);
    all.close();
    expect(trace.splice(0)).toEqual(["+a", "+b", "-b", "-a"]);
    expect(thrownBy(() => open(trace, ["a", "b", "c"], "c")).error).toEqual(new Error("c"));
    expect(trace).toEqual(["+a", "+b", "-b", "-a"]);
  });

  it("leaves the stack open; what is popped can be entered in a stack, and told its exit", () => {
    const trace: Trace = [];
    const result = ExitStack.run((stack) => {
      stack.push((exit) => trace.push(`a ${exit.kind}`));
      stack.enter(stack.popAll()).push((exit) => exit.kind === "failed" && exit.suppress());
      stack.push((exit) => trace.push(`b ${exit.kind}`));
      throw new Error("body");
    });
    expect(result).toBeUndefined();
    expect(trace).toEqual(["b failed", "a succeeded"]);
  });
});

describe("property 55: an ExitStack is reusable and not reentrant", () => {
  it("is open again when it is acquired again", () => {
    const trace: Trace = [];
    const stack: Resource<ExitStack> = new ExitStack();
    for (const id of ["a", "b"]) {
      run(function* () {
        (yield* acquire(stack)).enter(new Traced(trace, id));
      });
    }
    expect(trace).toEqual(["+a", "-a", "+b", "-b"]);
  });

  it("holds what was entered before it was acquired", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    stack.enter(new Traced(trace, "a"));
    run(() => acquire(stack));
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("refuses to be acquired while it is held, also by itself, and goes on to be held", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    const message = /this ExitStack is held: it is reusable, not reentrant/;
    run(function* () {
      yield* acquire(stack);
      stack.enter(new Traced(trace, "a"));
      expect(() => run(() => acquire(stack))).toThrow(message);
      expect(() => stack.enter(stack)).toThrow(message);
      stack.callback(() => expect(() => run(() => acquire(stack))).toThrow(message));
      expect(trace).toEqual(["+a"]);
      stack.close();
      expect(() => run(() => acquire(stack))).toThrow(message);
    });
    run(() => acquire(stack));
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("is free again when its releases have failed", () => {
    const stack = new ExitStack();
    const failure = new Error("release");
    stack.callback(throwing(failure));
    expect(thrownBy(() => run(() => acquire(stack))).error).toBe(failure);
    run(() => acquire(stack));
  });
});
