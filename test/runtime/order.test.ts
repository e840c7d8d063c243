import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scope } from "../../runtime/core/scope.ts";
import { acquire, resource, run } from "../../runtime/index.ts";
import { disposable, shapeOf, thrownBy, type Trace, Traced } from "./traced.ts";

describe("order", () => {
  it("property 1: three resources are released in reverse order of acquisition (S1)", () => {
    const trace: Trace = [];
    run(function* () {
      yield* acquire(new Traced(trace, "a"));
      yield* acquire(disposable(trace, "b"));
      yield* acquire(
        resource(
          () => trace.push("+c"),
          () => trace.push("-c"),
        ),
      );
      trace.push("body");
    });
    expect(trace).toEqual(["+a", "+c", "body", "-c", "-b", "-a"]);
  });

  it("property 2: LIFO whatever releases fail, and every failure is in the thrown error (S4)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ fails: fc.boolean(), traced: fc.boolean() })),
        fc.boolean(),
        (list, bodyFails) => {
          const trace: Trace = [];
          const call = () =>
            run(function* () {
              for (const [index, { fails, traced }] of list.entries()) {
                const throwIt = () => {
                  if (fails) throw index;
                };
                const id = String(index);
                if (traced) yield* acquire(new Traced([], id, () => (trace.push(`-${id}`), throwIt())));
                else yield* acquire(disposable(trace, id, fails ? { error: index } : undefined));
              }
              if (bodyFails) throw "body";
              return "result";
            });

          const errors: unknown[] = bodyFails ? ["body"] : [];
          for (const index of [...list.keys()].reverse()) if (list[index]!.fails) errors.push(index);
          if (errors.length === 0) expect(call()).toBe("result");
          else {
            const expected = errors.slice(1).reduce((earlier, later) => [later, earlier], errors[0]);
            expect(shapeOf(thrownBy(call).error)).toEqual(expected);
          }
          expect(trace).toEqual([...list.keys()].reverse().map((index) => `-${index}`));
        },
      ),
    );
  });

  it("property 3: each successful acquisition is released exactly once", () => {
    const releases = new Map<number, number>();
    const counted = (id: number) => () => void releases.set(id, (releases.get(id) ?? 0) + 1);
    thrownBy(() =>
      run(function* () {
        yield* acquire(resource(() => {}, counted(1)));
        yield* acquire({ [Symbol.dispose]: counted(2) });
        try {
          yield* acquire(resource(() => {}, counted(3)));
          throw new Error("body");
        } finally {
          yield* acquire(resource(() => {}, counted(4)));
        }
      }),
    );
    expect([...releases]).toEqual([4, 3, 2, 1].map((id) => [id, 1]));
  });

  it("property 4: a failed acquisition is never released, earlier ones are, and its error is the very value (S2)", () => {
    const trace: Trace = [];
    const error = new Error("no");
    const failing = resource<void>(
      () => {
        trace.push("+b failed");
        throw error;
      },
      () => trace.push("-b"),
    );
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(new Traced(trace, "a"));
        yield* acquire(failing);
        trace.push("never");
      }),
    );
    expect(thrown.error).toBe(error);
    expect(trace).toEqual(["+a", "+b failed", "-a"]);
  });

  it("property 4: the error of an acquisition is thrown at the yield*, where the program's own catch takes it (S2)", () => {
    const trace: Trace = [];
    const error = { not: "an Error" };
    const failing = resource<void>(
      () => {
        throw error;
      },
      () => trace.push("-failing"),
    );
    const result = run(function* () {
      yield* acquire(new Traced(trace, "a"));
      try {
        yield* acquire(failing);
      } catch (caught) {
        expect(caught).toBe(error);
        trace.push("caught");
      }
      yield* acquire(new Traced(trace, "b"));
      return "went on";
    });
    expect(result).toBe("went on");
    expect(trace).toEqual(["+a", "caught", "+b", "-b", "-a"]);
  });

  it("property 4: a failed acquisition that was caught does not fail the exit", () => {
    const exits: string[] = [];
    run(function* () {
      yield* acquire(
        resource(
          () => {},
          (_, exit) => exits.push(exit.kind),
        ),
      );
      try {
        yield* acquire(
          resource<void>(
            () => expect.fail("no"),
            () => {},
          ),
        );
      } catch {
        // the program has dealt with it
      }
    });
    expect(exits).toEqual(["succeeded"]);
  });

  it("property 7: the return value is computed before the releases and delivered after them (S3)", () => {
    const file = { open: true };
    const trace: Trace = [];
    const result = run(function* () {
      const handle = yield* acquire(
        resource(
          () => file,
          (held) => void (held.open = false),
        ),
      );
      yield* acquire(disposable(trace, "a"));
      return (trace.push("return"), { wasOpen: handle.open });
    });
    trace.push("delivered");
    expect(result).toEqual({ wasOpen: true });
    expect(file.open).toBe(false);
    expect(trace).toEqual(["return", "-a", "delivered"]);
  });

  it("property 9: the same resource twice is two acquisitions and two releases", () => {
    const trace: Trace = [];
    const same = new Traced(trace, "a");
    run(function* () {
      yield* acquire(same);
      yield* acquire(same);
    });
    expect(trace).toEqual(["+a", "+a", "-a", "-a"]);
  });

  it("property 9: the same Disposable twice is disposed twice, as `using` does", () => {
    const trace: Trace = [];
    const same = disposable(trace, "a");
    run(function* () {
      yield* acquire(same);
      yield* acquire(same);
    });
    expect(trace).toEqual(["-a", "-a"]);
  });

  it("property 17: `finally { return }` overrides as in plain JavaScript, and the releases see a success", () => {
    const trace: Trace = [];
    const result = run(function* () {
      yield* acquire(new Traced(trace, "a", (exit) => trace.push(exit.kind)));
      try {
        throw new Error("overridden");
      } finally {
        return "from finally";
      }
    });
    expect(result).toBe("from finally");
    expect(trace).toEqual(["+a", "-a", "succeeded"]);
  });

  it("property 43: a resource that acquires another keeps LIFO", () => {
    const trace: Trace = [];
    const inner = new Traced(trace, "inner");
    const outer = resource(
      () => {
        const held = new Scope();
        held.acquire(inner);
        trace.push("+outer");
        return held;
      },
      (held) => {
        trace.push("-outer");
        held.exit();
      },
    );
    run(function* () {
      yield* acquire(outer);
      trace.push("body");
    });
    expect(trace).toEqual(["+inner", "+outer", "body", "-outer", "-inner"]);
  });

  it("property 43: an acquisition may run a program of its own", () => {
    const trace: Trace = [];
    const configured = resource(
      () =>
        run(function* () {
          return `config of ${yield* acquire(new Traced(trace, "file"))}`;
        }),
      () => trace.push("-configured"),
    );
    const result = run(function* () {
      return yield* acquire(configured);
    });
    expect(result).toBe("config of FILE");
    expect(trace).toEqual(["+file", "-file", "-configured"]);
  });

  it("property 43: a release may run a program of its own, and the remaining releases follow", () => {
    const trace: Trace = [];
    run(function* () {
      yield* acquire(new Traced(trace, "a"));
      yield* acquire(
        new Traced(trace, "b", () =>
          run(function* () {
            yield* acquire(new Traced(trace, "x"));
            yield* acquire(new Traced(trace, "y"));
          }),
        ),
      );
    });
    expect(trace).toEqual(["+a", "+b", "-b", "+x", "+y", "-y", "-x", "-a"]);
  });

  it("property 43: acquiring in one's own scope while one is being acquired keeps LIFO", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.acquire(
      resource(
        () => {
          scope.acquire(new Traced(trace, "inner"));
          trace.push("+outer");
        },
        () => trace.push("-outer"),
      ),
    );
    scope.exit();
    expect(trace).toEqual(["+inner", "+outer", "-outer", "-inner"]);
  });

  it("property 48: a conditional or short-circuited acquisition that is not evaluated is not acquired", () => {
    const trace: Trace = [];
    const none: Traced | undefined = trace.length > 0 ? new Traced(trace, "a") : undefined;
    const result = run(function* () {
      const never = none && (yield* acquire(none));
      const chosen = none === undefined ? yield* acquire(new Traced(trace, "b")) : yield* acquire(none);
      return [never, chosen];
    });
    expect(result).toEqual([undefined, "B"]);
    expect(trace).toEqual(["+b", "-b"]);
  });

  it("property 48: several acquisitions in one expression are evaluated left to right", () => {
    const trace: Trace = [];
    const result = run(function* () {
      return [yield* acquire(new Traced(trace, "a")), yield* acquire(new Traced(trace, "b"))].join();
    });
    expect(result).toBe("A,B");
    expect(trace).toEqual(["+a", "+b", "-b", "-a"]);
  });
});
