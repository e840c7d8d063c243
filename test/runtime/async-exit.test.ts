import { describe, expect, it } from "vitest";
import type { AsyncProgram } from "../../runtime/core/async-driver.ts";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { leave, request } from "../../runtime/core/instructions.ts";
import { acquire, acquireAsync, awaited, type Exit, resource, runAsync } from "../../runtime/index.ts";
import { asyncDisposable, AsyncTraced, combined, disposable, rejectedBy, shapeOf, ticks } from "./traced.ts";

/** A resource of no handle that looks at the exit, some ticks after it was told. */
const onExit = (release: (exit: Exit) => unknown) =>
  resource(
    () => {},
    async (_, exit) => {
      await ticks(2);
      return release(exit);
    },
    "onExit",
  );

const suppressor = () => onExit((exit) => exit.kind === "failed" && exit.suppress());
const note = (log: unknown[]) =>
  onExit((exit) => log.push(exit.kind === "failed" ? [exit.error] : exit.kind));
const falsy = [undefined, null, 0, "", false, Number.NaN];

describe("exit of asynchronous resources", () => {
  it.each([new Error("body"), Symbol("s"), ...falsy])(
    "properties 10, 15, 18: a failure with %s is told as such, and thrown as it is",
    async (error) => {
      const log: unknown[] = [];
      for (const fail of [
        () => awaited(Promise.reject(error)),
        function* (): Generator<null, never> {
          throw error;
        },
        () => acquireAsync(Promise.reject(error)),
      ]) {
        const thrown = await rejectedBy(
          runAsync(function* () {
            yield* acquireAsync(note(log));
            yield* fail();
          }),
        );
        expect(thrown.error).toBe(error);
      }
      expect(log).toEqual([[error], [error], [error]]);
    },
  );

  it.each(falsy)("property 15: a release that rejects with %s has failed", async (error) => {
    const log: unknown[] = [];
    const program = function* (end: "returns" | "throws"): AsyncProgram<string> {
      yield* acquireAsync(note(log));
      yield* acquireAsync(onExit(() => Promise.reject(error)));
      if (end === "throws") throw "body";
      return "lost";
    };
    expect((await rejectedBy(runAsync(program("returns")))).error).toBe(error);
    const both = (await rejectedBy(runAsync(program("throws")))).error;
    expect(shapeOf(both)).toEqual([error, "body"]);
    expect(log).toEqual([[error], [both]]);
  });

  it("property 18: an error that the program caught is no failure, nor is one of an acquisition", async () => {
    const log: unknown[] = [];
    await runAsync(function* () {
      yield* acquireAsync(note(log));
      for (const failing of [awaited(Promise.reject("no")), acquireAsync(Promise.reject("no"))]) {
        try {
          yield* failing;
        } catch {
          // it has been dealt with
        }
      }
    });
    expect(log).toEqual(["succeeded"]);
  });

  it("property 19: after an inner release suppresses, outer ones see a success (S5)", async () => {
    const log: unknown[] = [];
    const result = await runAsync(function* () {
      yield* acquire(
        resource(
          () => {},
          (_, exit) => log.push(exit.kind),
        ),
      );
      yield* acquireAsync(note(log));
      yield* acquireAsync(suppressor());
      yield* acquireAsync(note(log));
      if (log.length === 0) throw "body";
      return "never";
    });
    expect(result).toBeUndefined();
    expect(log).toEqual([["body"], "succeeded", "succeeded"]);
  });

  it("property 19: after an inner release fails, outer ones see what the error has become (S5)", async () => {
    const log: unknown[] = [];
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(note(log));
        yield* acquireAsync(asyncDisposable([], "a", { error: "a" }));
        yield* acquireAsync(note(log));
        yield* acquire(disposable([], "b", { error: "b" }));
        yield* acquireAsync(note(log));
      }),
    );
    expect(log).toEqual(["succeeded", ["b"], [error]]);
    expect(shapeOf(error)).toEqual(["a", "b"]);
  });

  it("property 19: synchronous and asynchronous releases tell each other of suppression and failure", async () => {
    const log: unknown[] = [];
    const sync = (release: (exit: Exit) => unknown) =>
      resource(
        () => {},
        (_, exit) => void release(exit),
      );
    const result = await runAsync(function* () {
      yield* acquire(sync((exit) => log.push(exit.kind)));
      yield* acquireAsync(suppressor());
      yield* acquire(disposable([], "a", { error: "second" }));
      yield* acquireAsync(note(log));
      yield* acquire(sync((exit) => exit.kind === "failed" && exit.suppress()));
      yield* acquireAsync(note(log));
      throw "first";
    });
    expect(result).toBeUndefined();
    expect(log).toEqual([["first"], "succeeded", "succeeded"]);
  });

  it("property 20: only exit.suppress() suppresses, not what a release returns or is fulfilled with", async () => {
    for (const returned of [true, {}, Promise.resolve(true), { suppress: true }]) {
      const { error } = await rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(onExit(() => returned));
          yield* acquireAsync(new AsyncTraced([], "a", () => returned));
          yield* acquireAsync({ [Symbol.asyncDispose]: async () => returned as never });
          throw "body";
        }),
      );
      expect(error).toBe("body");
    }
  });

  it("property 20: suppress() may be called until the release has settled, and not later", async () => {
    const late: unknown[] = [];
    let kept: Exit | undefined;
    const result = await runAsync(function* () {
      yield* acquireAsync(
        onExit(() => {
          if (kept?.kind === "failed")
            late.push(rejectionOf(() => (kept as { suppress(): void }).suppress()));
        }),
      );
      yield* acquireAsync(
        resource(
          () => {},
          async (_, exit) => {
            kept = exit;
            await ticks(5);
            if (exit.kind === "failed") exit.suppress();
            await ticks(5);
          },
        ),
      );
      throw "body";
    });
    expect(result).toBeUndefined();
    expect(late.map(String)).toEqual([expect.stringContaining("after the release has ended")]);
  });

  it("property 11: a release that suppresses and then rejects has not suppressed", async () => {
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(
          onExit((exit) => {
            if (exit.kind === "failed") exit.suppress();
            throw "later";
          }),
        );
        throw "earlier";
      }),
    );
    expect(shapeOf(combined(error))).toEqual(["later", "earlier"]);
  });

  it("property 14: a release that rejects with the error it was told of, or wraps it, adds nothing", async () => {
    const body = new Error("body");
    let wrapper: unknown;
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(onExit((exit) => raise((exit as { error: unknown }).error)));
        yield* acquireAsync(
          onExit(() => {
            wrapper = new Error("wrapping", { cause: body });
            throw wrapper;
          }),
        );
        yield* acquireAsync(onExit((exit) => raise((exit as { error: unknown }).error)));
        throw body;
      }),
    );
    expect(error).toBe(wrapper);
  });

  it("property 21: suppressing nothing does not swallow a later error, nor the result", async () => {
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(asyncDisposable([], "a", { error: "outer" }));
        yield* acquireAsync(suppressor());
      }),
    );
    expect(error).toBe("outer");
    const result = await runAsync(function* () {
      yield* acquireAsync(suppressor());
      return "value";
    });
    expect(result).toBe("value");
  });

  it("property 19: after a block that suppressed control goes on after it, and the function has a success (S5)", async () => {
    const log: unknown[] = [];
    const result = await runAsync(function* (): AsyncProgram<string> {
      yield* acquireAsync(note(log));
      const scope = new AsyncScope();
      leave: try {
        yield scope.take(request(suppressor()));
        yield scope.take(disposable([], "b"));
        return "not this";
      } catch (error) {
        scope.fail(error);
      } finally {
        if (yield leave(scope)) break leave;
        log.push("left by return");
      }
      return "after the block";
    });
    expect(result).toBe("not this");
    const suppressed = await runAsync(function* (): AsyncProgram<string> {
      const scope = new AsyncScope();
      leave: try {
        yield scope.take(request(suppressor()));
        yield scope.take(request(asyncDisposable([], "b", { error: "release" })));
        return "not this";
      } catch (error) {
        scope.fail(error);
      } finally {
        if (yield leave(scope)) break leave;
      }
      return "after the block";
    });
    expect(suppressed).toBe("after the block");
    expect(log).toEqual(["left by return", "succeeded"]);
  });

  it("property 16: a release that fails after a success fails the call", async () => {
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(onExit(() => Promise.reject("flush")));
        return "written";
      }),
    );
    expect(error).toBe("flush");
  });

  it("the message of a combination names what was being released", async () => {
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(onExit(() => Promise.reject(new RangeError("busy"))));
        throw new TypeError("bad");
      }),
    );
    expect(combined(error).message).toBe("RangeError: busy (while releasing onExit)\n  after TypeError: bad");
  });
});

function raise(error: unknown): never {
  throw error;
}

function rejectionOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
