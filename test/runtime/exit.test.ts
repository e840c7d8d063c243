import { describe, expect, it } from "vitest";
import { Scope } from "../../runtime/core/scope.ts";
import { acquire, type Exit, type FailedExit, resource, run } from "../../runtime/index.ts";
import { combined, disposable, shapeOf, thrownBy, type Trace, Traced } from "./traced.ts";

/** A resource of no handle that only looks at the exit. */
const onExit = (release: (exit: Exit) => unknown) =>
  resource(
    () => {},
    (_, exit) => release(exit),
    "onExit",
  );

const suppressor = () => onExit((exit) => exit.kind === "failed" && exit.suppress());

function failedExit(exit: Exit): FailedExit {
  return exit.kind === "failed" ? exit : expect.fail(`the exit is ${exit.kind}`);
}

describe("exit", () => {
  it("property 18: a release is told of a success, and of nothing more", () => {
    const exits: Exit[] = [];
    run(function* () {
      yield* acquire(onExit((exit) => exits.push(exit)));
      return "value";
    });
    expect(exits).toEqual([{ kind: "succeeded" }]);
  });

  it("property 18: a release is told of a failure, with the identical error", () => {
    const error = new Error("body");
    let seen: unknown;
    thrownBy(() =>
      run(function* () {
        yield* acquire(onExit((exit) => (seen = failedExit(exit).error)));
        throw error;
      }),
    );
    expect(seen).toBe(error);
  });

  it("property 18: an acquisition that failed is the failure that earlier resources are told of", () => {
    const error = new Error("acquire");
    let seen: unknown;
    thrownBy(() =>
      run(function* () {
        yield* acquire(onExit((exit) => (seen = failedExit(exit).error)));
        yield* acquire(
          resource<void>(
            () => {
              throw error;
            },
            () => {},
          ),
        );
      }),
    );
    expect(seen).toBe(error);
  });

  it("property 18: an error that the program itself caught is no failure", () => {
    const kinds: string[] = [];
    run(function* () {
      yield* acquire(onExit((exit) => kinds.push(exit.kind)));
      try {
        throw new Error("caught");
      } catch {
        // it has been dealt with
      }
    });
    expect(kinds).toEqual(["succeeded"]);
  });

  it("property 18: a release gets the handle and the exit, and nothing as `this`", () => {
    const calls: unknown[] = [];
    const handle = {};
    run(function* () {
      yield* acquire(
        resource(
          function (this: unknown, ...args: unknown[]) {
            calls.push([this, args]);
            return handle;
          },
          function (this: unknown, ...args: unknown[]) {
            calls.push([this, args]);
          },
        ),
      );
    });
    expect(calls).toEqual([
      [undefined, []],
      [undefined, [handle, { kind: "succeeded" }]],
    ]);
  });

  it("property 19: after an inner release suppresses, the outer ones see a success (S5)", () => {
    const kinds: string[] = [];
    const result = run(function* () {
      yield* acquire(onExit((exit) => kinds.push(`outer ${exit.kind}`)));
      yield* acquire(suppressor());
      yield* acquire(onExit((exit) => kinds.push(`inner ${exit.kind}`)));
      if (kinds.length === 0) throw new Error("body");
      return "never";
    });
    expect(result).toBeUndefined();
    expect(kinds).toEqual(["inner failed", "outer succeeded"]);
  });

  it("property 19: after an inner release fails, the outer ones see the error it has become (S5)", () => {
    const seen: unknown[] = [];
    const later = new Error("later");
    const earlier = new Error("earlier");
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(onExit((exit) => seen.push(failedExit(exit).error)));
        yield* acquire(
          onExit(() => {
            throw later;
          }),
        );
        yield* acquire(onExit((exit) => seen.push(failedExit(exit).error)));
        throw earlier;
      }),
    );
    expect(seen[0]).toBe(earlier);
    expect(seen[1]).toBe(thrown.error);
    expect(shapeOf(thrown.error)).toEqual([later, earlier]);
  });

  it("property 19: after an inner release fails on a success, the outer ones see a failure with that very error", () => {
    const error = new Error("release");
    const seen: unknown[] = [];
    thrownBy(() =>
      run(function* () {
        yield* acquire(onExit((exit) => seen.push(failedExit(exit).error)));
        yield* acquire(disposable([], "a", { error }));
        yield* acquire(onExit((exit) => seen.push(exit.kind)));
      }),
    );
    expect(seen).toEqual(["succeeded", error]);
  });

  it("property 19: a nested block that suppresses leaves a success to the function (S5)", () => {
    const kinds: string[] = [];
    const result = run(function* () {
      yield* acquire(onExit((exit) => kinds.push(exit.kind)));
      const block = new Scope();
      try {
        yield block.take(suppressor());
        throw new Error("in the block");
      } catch (error) {
        block.fail(error);
      } finally {
        block.exit();
      }
      return "after the block";
    });
    expect(result).toBe("after the block");
    expect(kinds).toEqual(["succeeded"]);
  });

  it("property 20: only exit.suppress() suppresses, not what a release returns", () => {
    const error = new Error("body");
    for (const returned of [true, 1, "yes", {}, Promise.resolve(true), undefined, false]) {
      const thrown = thrownBy(() =>
        run(function* () {
          yield* acquire(onExit(() => returned));
          yield* acquire(new Traced([], "class", () => returned));
          yield* acquire({ [Symbol.dispose]: () => returned });
          throw error;
        }),
      );
      expect(thrown.error).toBe(error);
    }
  });

  it("property 20: a function that suppressed returns undefined and not what it was about to return", () => {
    const result = run(function* () {
      yield* acquire(suppressor());
      yield* acquire(disposable([], "a", { error: new Error("release") }));
      return "computed";
    });
    expect(result).toBeUndefined();
  });

  it("property 20: suppressing in a release by the protocol", () => {
    const trace: Trace = [];
    const result = run(function* () {
      yield* acquire(new Traced(trace, "a", (exit) => failedExit(exit).suppress()));
      throw new Error("body");
    });
    expect(result).toBeUndefined();
    expect(trace).toEqual(["+a", "-a"]);
  });

  it("property 20: suppressing twice in one release is one suppression", () => {
    const kinds: string[] = [];
    run(function* () {
      yield* acquire(onExit((exit) => kinds.push(exit.kind)));
      yield* acquire(
        onExit((exit) => {
          failedExit(exit).suppress();
          failedExit(exit).suppress();
        }),
      );
      throw new Error("body");
    });
    expect(kinds).toEqual(["succeeded"]);
  });

  it("property 20: exit.suppress() after its release has ended throws and changes nothing", () => {
    const error = new Error("body");
    let kept: FailedExit | undefined;
    const late = (): unknown => thrownBy(() => kept!.suppress()).error;
    const lateErrors: unknown[] = [];
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(onExit(() => lateErrors.push(late())));
        yield* acquire(onExit((exit) => (kept = failedExit(exit))));
        throw error;
      }),
    );
    lateErrors.push(late());
    expect(thrown.error).toBe(error);
    for (const each of lateErrors) expect(String(each)).toMatch(/suppress\(\) after the release has ended/);
    expect(lateErrors).toHaveLength(2);
  });

  it("property 20: suppress() of a release that suppressed or failed is over, too", () => {
    const kept: FailedExit[] = [];
    thrownBy(() =>
      run(function* () {
        yield* acquire(
          onExit((exit) => {
            kept.push(failedExit(exit));
            throw new Error("later");
          }),
        );
        yield* acquire(disposable([], "a", { error: "again" }));
        yield* acquire(
          onExit((exit) => {
            kept.push(failedExit(exit));
            failedExit(exit).suppress();
          }),
        );
        throw new Error("body");
      }),
    );
    expect(kept).toHaveLength(2);
    for (const exit of kept) expect(() => exit.suppress()).toThrow("has ended");
  });

  it("property 20: each release is handed an exit of its own", () => {
    const exits: Exit[] = [];
    thrownBy(() =>
      run(function* () {
        yield* acquire(onExit((exit) => exits.push(exit)));
        yield* acquire(onExit((exit) => exits.push(exit)));
        throw new Error("body");
      }),
    );
    expect(exits[0]).not.toBe(exits[1]);
  });

  it("property 20: a release cannot fake a success for others by changing the exit it was handed", () => {
    let outer: Exit | undefined;
    run(function* () {
      yield* acquire(onExit((exit) => (outer = exit)));
      yield* acquire(
        onExit((exit) => {
          try {
            Object.assign(exit, { kind: "failed" });
          } catch {
            // it is frozen, and so it should be
          }
        }),
      );
    });
    expect(outer).toEqual({ kind: "succeeded" });
  });

  it("property 21: suppressing nothing does not swallow a later error of an outer release", () => {
    const error = new Error("outer");
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable([], "a", { error }));
        yield* acquire(suppressor());
      }),
    );
    expect(thrown.error).toBe(error);
  });

  it("property 21: a suppressor does not touch the result of a body that succeeded", () => {
    const result = run(function* () {
      yield* acquire(suppressor());
      return "value";
    });
    expect(result).toBe("value");
  });

  it("property 21: an error after a suppression is alone again, and can itself be suppressed", () => {
    const kinds: string[] = [];
    const note = () => onExit((exit) => kinds.push(exit.kind));
    const error = new Error("second");
    const program = function* (outermost: Disposable | ReturnType<typeof onExit> | null) {
      yield* acquire(outermost);
      yield* acquire(note());
      yield* acquire(disposable([], "a", { error }));
      yield* acquire(note());
      yield* acquire(suppressor());
      throw new Error("first");
    };
    expect(thrownBy(() => run(program(null))).error).toBe(error);
    expect(run(program(suppressor()))).toBeUndefined();
    expect(kinds).toEqual(["succeeded", "failed", "succeeded", "failed"]);
  });

  it("property 11: a release that suppresses and then throws has not suppressed: neither error is lost", () => {
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(
          onExit((exit) => {
            failedExit(exit).suppress();
            throw "later";
          }),
        );
        throw "earlier";
      }),
    );
    expect(shapeOf(combined(thrown.error))).toEqual(["later", "earlier"]);
  });
});
