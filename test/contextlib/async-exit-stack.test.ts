import { describe, expect, it } from "vitest";
import {
  acquireAsync,
  AsyncExitStack,
  type Exit,
  type Resource,
  resource,
  runAsync,
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

const rejecting = (error: unknown) => async () => {
  await ticks(2);
  throw error;
};
const noting = (trace: Trace) => (exit: Exit) => trace.push(exit.kind);
const closed = async () => {
  const stack = new AsyncExitStack();
  await stack.close();
  return stack;
};

/** A promise, and what settles it. */
function deferred<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe("AsyncExitStack", () => {
  it("property 5: releases in reverse, each when the one before it has settled, of whatever kind", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      const stack = yield* acquireAsync(new AsyncExitStack());
      yield* acquireAsync(
        (async () => {
          expect(await stack.enterAsync(new AsyncTraced(trace, "async"))).toBe("ASYNC");
          expect(await stack.enterAsync(new Traced(trace, "sync"))).toBe("SYNC");
          await stack.enterAsync(asyncDisposable(trace, "disposable"));
          expect(await stack.enterAsync(Promise.resolve(new Traced(trace, "promised")))).toBe("PROMISED");
          expect(await stack.enterAsync(null)).toBeNull();
          expect(stack.enter(new Traced(trace, "at once"))).toBe("AT ONCE");
          stack.push(async (exit) => {
            trace.push(`-pushed ${exit.kind}`);
            await ticks(3);
            trace.push("pushed released");
          });
          stack.callback(async (id: string) => {
            trace.push(`-${id}`);
            await ticks(3);
            trace.push(`${id} released`);
          }, "called");
          return null;
        })(),
      );
    });
    expect(trace).toEqual([
      "+async",
      "+sync",
      "+promised",
      "+at once",
      "-called",
      "called released",
      "-pushed succeeded",
      "pushed released",
      "-at once",
      "-promised",
      "-disposable",
      "disposable released",
      "-sync",
      "-async",
    ]);
  });

  it("holds in the order in which acquisitions end, however many run at once", async () => {
    const trace: Trace = [];
    const slow = (id: string, count: number) =>
      resource(
        () => ticks(count).then(() => void trace.push(`+${id}`)),
        () => trace.push(`-${id}`),
      );
    await AsyncExitStack.run((stack) =>
      Promise.all([
        stack.enterAsync(slow("a", 9)),
        stack.enterAsync(slow("b", 3)),
        stack.enterAsync(slow("c", 6)),
      ]),
    );
    expect(trace).toEqual(["+b", "+c", "+a", "-a", "-c", "-b"]);
  });

  it("property 4: an acquisition that fails rejects, and leaves the others held", async () => {
    const trace: Trace = [];
    const failure = new Error("no");
    const stack = new AsyncExitStack();
    await stack.enterAsync(new AsyncTraced(trace, "a"));
    const failing = resource(rejecting(failure), () => trace.push("never"));
    expect((await rejectedBy(stack.enterAsync(failing))).error).toBe(failure);
    expect((await rejectedBy(stack.enterAsync({} as never))).error).toBeInstanceOf(TypeError);
    await stack.close();
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("S5: a release suppresses asynchronously; run() then gives undefined", async () => {
    const trace: Trace = [];
    const result = await AsyncExitStack.run(async (stack) => {
      stack.push(noting(trace));
      stack.push(async (exit) => {
        await ticks(2);
        if (exit.kind === "failed") exit.suppress();
      });
      throw new Error("body");
    });
    expect([result, trace]).toEqual([undefined, ["succeeded"]]);
  });

  it("property 11: run() rejects with all that was thrown", async () => {
    const [a, b, body] = [new Error("a"), new Error("b"), new Error("body")];
    const { error } = await rejectedBy(
      AsyncExitStack.run((stack) => {
        stack.push(rejecting(a));
        stack.callback(rejecting(b));
        throw body;
      }),
    );
    expect(shapeOf(error)).toEqual([a, [b, body]]);
  });

  it("run() takes a function that is synchronous, too", async () => {
    expect(await AsyncExitStack.run((stack) => stack.enter(new Traced([], "a")))).toBe("A");
  });

  it("property 41: popAll() moves all to a stack of the caller's", async () => {
    const trace: Trace = [];
    const owned = await AsyncExitStack.run(async (stack) => {
      await stack.enterAsync(new AsyncTraced(trace, "a"));
      stack.enter(disposable(trace, "b"));
      return stack.popAll();
    });
    expect(owned).toBeInstanceOf(AsyncExitStack);
    expect(trace).toEqual(["+a"]);
    await owned.close();
    expect(trace).toEqual(["+a", "-b", "-a"]);
  });
});

describe("AsyncExitStack.close()", () => {
  it("property 3: who closes it meanwhile waits for the end, and is told the same; after that there is nothing to do", async () => {
    const trace: Trace = [];
    const failure = new Error("release");
    const stack = new AsyncExitStack();
    stack.callback(rejecting(failure));
    stack.callback(() => ticks(5).then(() => trace.push("released")));
    const first = stack.close();
    await ticks(2);
    const second = stack.close().finally(() => trace.push("second"));
    expect([(await rejectedBy(first)).error, (await rejectedBy(second)).error]).toEqual([failure, failure]);
    await stack.close();
    expect(trace).toEqual(["released", "second"]);
  });

  it("property 3: the end of a scope waits for a closing that has begun", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      const stack = yield* acquireAsync(new AsyncExitStack());
      stack.callback(() => ticks(9).then(() => trace.push("released")));
      void stack.close();
    });
    expect(trace).toEqual(["released"]);
  });

  it("of a release does nothing, and so does not wait for itself", async () => {
    const trace: Trace = [];
    const stack = new AsyncExitStack();
    await stack.enterAsync(new AsyncTraced(trace, "a"));
    stack.callback(() => stack.close());
    stack.callback(async () => {
      await stack.close();
      await ticks(1);
      trace.push("b");
    });
    await stack.close();
    expect(trace).toEqual(["+a", "b", "-a"]);
  });

  it("rejects, and throws nothing, where no release takes time", async () => {
    const failure = new Error("release");
    const stack = new AsyncExitStack();
    stack.enter({
      [Symbol.dispose]() {
        throw failure;
      },
    });
    expect((await rejectedBy(stack.close())).error).toBe(failure);
  });
});

describe("property 42: an AsyncExitStack that has been closed", () => {
  const message = "Error: ts-raii: this AsyncExitStack has been closed; ";

  it("releases what it is given at once, as failed, waits for it where one can, and says so", async () => {
    const trace: Trace = [];
    const stack = await closed();
    const late = asyncDisposable(trace, "disposable");
    expect(String((await rejectedBy(stack.enterAsync(late))).error)).toBe(
      `${message}what it was given has been released`,
    );
    expect(trace.splice(0)).toEqual(["-disposable", "disposable released"]);
    const promised = Promise.resolve(new AsyncTraced(trace, "promised", noting(trace)));
    expect(String((await rejectedBy(stack.enterAsync(promised))).error)).toContain(message);
    expect(trace.splice(0)).toEqual(["+promised", "-promised", "failed"]);
    expect(String(thrownBy(() => stack.push(noting(trace))).error)).toContain(message);
    expect(String(thrownBy(() => stack.callback(() => trace.push("called"))).error)).toContain(message);
    expect(String(thrownBy(() => stack.enter(disposable(trace, "plain"))).error)).toContain(message);
    expect(trace).toEqual(["failed", "called", "-plain"]);
  });

  it("does not acquire a resource", async () => {
    const trace: Trace = [];
    const { error } = await rejectedBy((await closed()).enterAsync(new AsyncTraced(trace, "a")));
    expect(String(error)).toBe(`${message}the resource has not been acquired`);
    expect(trace).toEqual([]);
  });

  it("keeps what the release of it is rejected with, where one waits for it, and else drops it with the error said", async () => {
    const failure = new Error("release");
    const stack = await closed();
    const late = { [Symbol.asyncDispose]: rejecting(failure) };
    const [later, earlier] = shapeOf((await rejectedBy(stack.enterAsync(late))).error) as unknown[];
    expect([later, String(earlier)]).toEqual([failure, `${message}what it was given has been released`]);
    expect(String(thrownBy(() => stack.callback(rejecting(failure))).error)).toContain(message);
    await ticks(9);
  });

  it("property 32: releases what arrives when it has been closed, when it arrives", async () => {
    const trace: Trace = [];
    const arrival = deferred<Disposable>();
    const stack = new AsyncExitStack();
    const entered = stack.enterAsync(arrival.promise);
    await stack.close();
    arrival.resolve(disposable(trace, "late"));
    expect(String((await rejectedBy(entered)).error)).toContain(message);
    expect(trace).toEqual(["-late"]);
  });
});

describe("property 43: an AsyncExitStack that acquires and releases", () => {
  it("releases next what arrives while it is waiting for a release", async () => {
    const trace: Trace = [];
    const arrival = deferred<Resource<string>>();
    const release = deferred();
    const stack = new AsyncExitStack();
    stack.callback(() => trace.push("first"));
    stack.callback(() => release.promise);
    const entered = stack.enterAsync(arrival.promise);
    const closing = stack.close();
    arrival.resolve(new Traced(trace, "late"));
    expect(await entered).toBe("LATE");
    release.resolve();
    await closing;
    expect(trace).toEqual(["+late", "-late", "first"]);
  });

  it("lets a release enter, and use what it has entered", async () => {
    const trace: Trace = [];
    const stack = new AsyncExitStack();
    stack.callback(() => trace.push("first"));
    stack.push(async () => {
      trace.push(`uses ${await stack.enterAsync(new AsyncTraced(trace, "late"))}`);
    });
    await stack.close();
    expect(trace).toEqual(["+late", "uses LATE", "-late", "first"]);
  });
});

describe("property 55: an AsyncExitStack is reusable and not reentrant", () => {
  it("can be acquired again when its releases have settled, and not before", async () => {
    const trace: Trace = [];
    const stack = new AsyncExitStack();
    const release = deferred();
    const use = (id: string) =>
      runAsync(function* () {
        const { callback } = yield* acquireAsync(stack);
        callback.call(stack, () => release.promise.then(() => trace.push(id)));
      });
    const first = use("first");
    expect(String((await rejectedBy(use("second"))).error)).toContain(
      "this AsyncExitStack is held: it is reusable",
    );
    release.resolve();
    await first;
    await use("third");
    expect(trace).toEqual(["first", "third"]);
  });
});
