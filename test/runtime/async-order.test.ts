import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AsyncProgram } from "../../runtime/core/async-driver.ts";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { leave, request } from "../../runtime/core/instructions.ts";
import { acquire, acquireAsync, awaited, resource, run, runAsync } from "../../runtime/index.ts";
import {
  asyncDisposable,
  AsyncTraced,
  disposable,
  rejectedBy,
  shapeOf,
  ticks,
  type Trace,
  Traced,
} from "./traced.ts";

describe("order of asynchronous resources", () => {
  it("property 1: all kinds are released in reverse order of acquisition (S1)", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      yield* acquire(new Traced(trace, "a"));
      yield* acquireAsync(new AsyncTraced(trace, "b"));
      yield* acquire(disposable(trace, "c"));
      yield* acquireAsync(asyncDisposable(trace, "d"));
      yield* acquireAsync(disposable(trace, "e"));
      yield* awaited(ticks(3));
      trace.push("body");
    });
    expect(trace).toEqual(["+a", "+b", "body", "-e", "-d", "d released", "-c", "-b", "-a"]);
  });

  it("property 5: a release has settled before the next begins, whether it succeeds or fails", async () => {
    const trace: Trace = [];
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(asyncDisposable(trace, "a"));
        yield* acquireAsync(asyncDisposable(trace, "b", { error: "b" }));
        yield* acquire(disposable(trace, "c"));
        yield* acquireAsync(asyncDisposable(trace, "d"));
      }),
    );
    expect(error).toBe("b");
    expect(trace).toEqual(["-d", "d released", "-c", "-b", "b released", "-a", "a released"]);
  });

  it("property 2: LIFO and serial whatever releases fail, and every failure is in the error (S4)", async () => {
    const kinds = fc.constantFrom("sync", "async", "throws at once");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), kind: kinds })),
        fc.boolean(),
        async (list, bodyFails) => {
          const trace: Trace = [];
          const promise = runAsync(function* () {
            for (const [index, { fails, kind }] of list.entries()) {
              const id = String(index);
              const failing = fails ? { error: index } : undefined;
              if (kind === "sync") yield* acquire(disposable(trace, id, failing));
              else if (kind === "async") yield* acquireAsync(asyncDisposable(trace, id, failing));
              else
                yield* acquireAsync({
                  [Symbol.asyncDispose]: disposable(trace, id, failing)[Symbol.dispose] as () => never,
                });
            }
            if (bodyFails) throw "body";
            return "result";
          });

          const reversed = [...list.entries()].reverse();
          const errors: unknown[] = bodyFails ? ["body"] : [];
          for (const [index, { fails }] of reversed) if (fails) errors.push(index);
          if (errors.length === 0) expect(await promise).toBe("result");
          else {
            const expected = errors.slice(1).reduce((earlier, later) => [later, earlier], errors[0]);
            expect(shapeOf((await rejectedBy(promise)).error)).toEqual(expected);
          }
          const notes = reversed.flatMap(([id, { kind }]) =>
            kind === "async" ? [`-${id}`, `${id} released`] : [`-${id}`],
          );
          expect(trace).toEqual(notes);
        },
      ),
    );
  });

  it("property 4: a failed acquisition is never released, earlier ones are, and its error is the very value (S2)", async () => {
    for (const fail of [() => Promise.reject("no"), () => raise("no")]) {
      const trace: Trace = [];
      const failing = resource(fail, () => trace.push("never"));
      const { error } = await rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(new AsyncTraced(trace, "a"));
          yield* acquireAsync(failing);
          trace.push("never");
        }),
      );
      expect(error).toBe("no");
      expect(trace).toEqual(["+a", "-a"]);
    }
  });

  it("property 4: its error is thrown at the yield*, where the program's own catch takes it (S2)", async () => {
    const trace: Trace = [];
    const failing = [
      resource(
        () => Promise.reject("rejected"),
        () => {},
      ),
      Promise.reject("promise"),
      resource(
        () => raise("thrown"),
        () => {},
      ),
      1 as unknown as Disposable,
      Promise.resolve({}) as unknown as Disposable,
    ];
    const result = await runAsync(function* () {
      yield* acquireAsync(new AsyncTraced(trace, "a", (exit) => trace.push(exit.kind)));
      for (const each of failing) {
        try {
          yield* acquireAsync(each);
        } catch (error) {
          trace.push(error instanceof TypeError ? "TypeError" : String(error));
        }
      }
      yield* acquire(new Traced(trace, "b"));
      return "went on";
    });
    expect(result).toBe("went on");
    const caught = ["rejected", "promise", "thrown", "TypeError", "TypeError"];
    expect(trace).toEqual(["+a", ...caught, "+b", "-b", "-a", "succeeded"]);
  });

  it("property 7: the result is computed before the releases and delivered after them (S3)", async () => {
    const trace: Trace = [];
    const file = { open: true };
    const result = await runAsync(function* () {
      yield* acquireAsync(
        resource(
          () => file,
          async (held) => {
            await ticks(3);
            held.open = false;
          },
        ),
      );
      yield* acquireAsync(asyncDisposable(trace, "a"));
      return (trace.push("return"), { wasOpen: file.open });
    });
    trace.push("delivered");
    expect(result).toEqual({ wasOpen: true });
    expect(file.open).toBe(false);
    expect(trace).toEqual(["return", "-a", "a released", "delivered"]);
  });

  it("property 17: `finally { return }` overrides, and what was awaited in it was awaited before the releases", async () => {
    const trace: Trace = [];
    const result = await runAsync(function* () {
      yield* acquireAsync(new AsyncTraced(trace, "a", (exit) => trace.push(exit.kind)));
      try {
        throw new Error("overridden");
      } finally {
        yield* awaited(ticks(3));
        trace.push("finally");
        return "from finally";
      }
    });
    expect(result).toBe("from finally");
    expect(trace).toEqual(["+a", "finally", "-a", "succeeded"]);
  });

  it("property 43: acquisitions and releases may run programs of their own, of either kind", async () => {
    const trace: Trace = [];
    const outer = resource(
      () =>
        runAsync(function* () {
          yield* acquireAsync(new AsyncTraced(trace, "x"));
          run(function* () {
            yield* acquire(new Traced(trace, "y"));
          });
          return yield* awaited("made");
        }),
      (handle) =>
        runAsync(function* () {
          trace.push(`-${handle}`);
          yield* acquireAsync(asyncDisposable(trace, "z"));
        }),
    );
    const result = await runAsync(function* () {
      yield* acquireAsync(new AsyncTraced(trace, "a"));
      return yield* acquireAsync(outer);
    });
    expect(result).toBe("made");
    expect(trace).toEqual("+a,+x,+y,-y,-x,-made,-z,z released,-a".split(","));
  });

  it("programs that run at the same time do not mix what they acquire and await", async () => {
    const trace: Trace = [];
    const program = (id: string) =>
      runAsync(function* () {
        for (let i = 0; i < 5; i++) {
          yield* acquireAsync(new AsyncTraced([], `${id}${i}`, () => trace.push(`${id}${i}`)));
          yield* acquire(disposable([], id));
          expect(yield* awaited(ticks(i).then(() => id))).toBe(id);
        }
      });
    await Promise.all(["a", "b", "c"].map(program));
    for (const id of ["a", "b", "c"]) {
      expect(trace.filter((each) => each.startsWith(id))).toEqual([4, 3, 2, 1, 0].map((i) => id + i));
    }
  });
});

type Way = "break" | "continue" | "outer" | "next" | "return" | "throw" | "end";

/** As in `ways-out.test.ts`, with a block that is released asynchronously. */
function* looping(trace: Trace, way: Way): AsyncProgram<string> {
  yield* acquireAsync(new AsyncTraced(trace, "f"));
  outer: for (const i of [1, 2]) {
    for (const j of [1, 2]) {
      const scope = new AsyncScope();
      leave: try {
        yield scope.take(request(new AsyncTraced(trace, `${i}${j}`)));
        if (way === "break") break;
        if (way === "continue") continue;
        if (way === "outer") break outer;
        if (way === "next") continue outer;
        if (way === "return") return "early";
        if (way === "throw") throw "thrown";
        trace.push("end");
      } catch (error) {
        scope.fail(error);
      } finally {
        if (yield leave(scope)) break leave;
      }
    }
  }
  trace.push("after");
  return "late";
}

describe("ways out of an asynchronous block", () => {
  it.each<[Way, string, string]>([
    ["break", "+f +11 -11 +21 -21 after -f", "late"],
    ["continue", "+f +11 -11 +12 -12 +21 -21 +22 -22 after -f", "late"],
    ["outer", "+f +11 -11 after -f", "late"],
    ["next", "+f +11 -11 +21 -21 after -f", "late"],
    ["return", "+f +11 -11 -f", "early"],
    ["throw", "+f +11 -11 -f", "thrown"],
    ["end", "+f +11 end -11 +12 end -12 +21 end -21 +22 end -22 after -f", "late"],
  ])("property 6: %s releases there, and the function's scope later (S1)", async (way, expected, result) => {
    const trace: Trace = [];
    const got = runAsync(looping(trace, way));
    expect(await got.catch((error: unknown) => error)).toBe(result);
    expect(trace.join(" ")).toBe(expected);
  });
});

function raise(error: unknown): never {
  throw error;
}
