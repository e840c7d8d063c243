import { describe, expect, it, vi } from "vitest";
import { acquire, resource, run } from "../../runtime/index.ts";
import { combined, disposable, shapeOf, thrownBy, type Trace, Traced } from "./traced.ts";

const falsy = [undefined, null, 0, "", false, Number.NaN];
const oddities = [...falsy, "text", Symbol("s"), Object.create(null) as object, new Error("real")];

/** Throws `error` from the body of a program that holds `resources`. */
function failWith(error: unknown, ...resources: (Disposable | Traced)[]): unknown {
  return thrownBy(() =>
    run(function* () {
      for (const each of resources) yield* acquire(each);
      throw error;
    }),
  ).error;
}

describe("errors", () => {
  it.each(oddities)("property 10: a body that alone fails throws that very value: %s", (error) => {
    expect(failWith(error, disposable([], "a"), new Traced([], "b"))).toBe(error);
  });

  it.each(oddities)("property 10: a release that alone fails throws that very value: %s", (error) => {
    for (const failing of [disposable([], "a", { error }), new Traced([], "a", () => raise(error))]) {
      const thrown = thrownBy(() =>
        run(function* () {
          yield* acquire(disposable([], "outer"));
          yield* acquire(failing);
          yield* acquire(disposable([], "inner"));
        }),
      );
      expect(thrown.error).toBe(error);
    }
  });

  it.each(oddities)("property 10: an acquisition that alone fails throws that very value: %s", (error) => {
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable([], "a"));
        yield* acquire(
          resource<void>(
            () => raise(error),
            () => {},
          ),
        );
      }),
    );
    expect(thrown.error).toBe(error);
  });

  it("property 11: every failure is reachable from the thrown error, in the order in which they happened", () => {
    const thrown = failWith(
      "body",
      disposable([], "a", { error: "a" }),
      new Traced([], "b", () => raise("b")),
      disposable([], "c"),
      disposable([], "d", { error: "d" }),
    );
    expect(shapeOf(thrown)).toEqual(["a", ["b", ["d", "body"]]]);
  });

  it("property 11: releases that fail after a success are combined in the same way", () => {
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable([], "a", { error: "a" }));
        yield* acquire(disposable([], "b", { error: "b" }));
        return "lost";
      }),
    );
    expect(shapeOf(thrown.error)).toEqual(["a", "b"]);
  });

  it("property 11: an error of an acquisition that is not caught is combined like one of the body", () => {
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable([], "a", { error: "release" }));
        yield* acquire(
          resource<void>(
            () => raise("acquire"),
            () => {},
          ),
        );
      }),
    );
    expect(shapeOf(thrown.error)).toEqual(["release", "acquire"]);
  });

  it.each(falsy)(
    "property 15: throwing %s is a failure for the exit, for combination and for suppression",
    (error) => {
      const exits: unknown[] = [];
      expect(
        failWith(
          error,
          new Traced([], "a", (exit) => exits.push(exit.kind === "failed" ? [exit.error] : exit.kind)),
        ),
      ).toBe(error);
      expect(exits).toEqual([[error]]);

      for (const later of [
        disposable([], "a", { error: "later" }),
        new Traced([], "a", () => raise("later")),
      ]) {
        expect(shapeOf(failWith(error, later))).toEqual(["later", error]);
      }
      expect(shapeOf(failWith("earlier", disposable([], "a", { error })))).toEqual([error, "earlier"]);

      const result = run(function* () {
        yield* acquire(new Traced([], "a", (exit) => exit.kind === "failed" && exit.suppress()));
        throw error;
      });
      expect(result).toBeUndefined();
    },
  );

  it("property 16: a release that fails after a success fails the call", () => {
    const error = new Error("flush");
    const call = vi.fn(() =>
      run(function* () {
        yield* acquire(disposable([], "a", { error }));
        return "written";
      }),
    );
    expect(call).toThrow(error);
  });

  it("property 14: a release that rethrows the error it was told of has added nothing", () => {
    const error = new Error("body");
    const seen: unknown[] = [];
    const rethrow = () =>
      new Traced([], "a", (exit) => {
        if (exit.kind !== "failed") return;
        seen.push(exit.error);
        throw exit.error;
      });
    expect(failWith(error, rethrow(), rethrow())).toBe(error);
    expect(seen).toEqual([error, error]);
  });

  it("property 14: a release that rethrows a combination it was told of has added nothing", () => {
    const thrown = failWith(
      "body",
      new Traced([], "outer", (exit) => raise(exit.kind === "failed" && exit.error)),
      disposable([], "inner", { error: "inner" }),
    );
    expect(shapeOf(thrown)).toEqual(["inner", "body"]);
  });

  it("property 14: a release that wraps the error in a SuppressedError of its own is not wrapped again", () => {
    const body = new Error("body");
    let wrapper: unknown;
    const thrown = failWith(
      body,
      new Traced([], "a", (exit) => {
        wrapper = thrownBy(() =>
          run(function* () {
            yield* acquire(disposable([], "x", { error: "x" }));
            yield* acquire(disposable([], "y", { error: "y" }));
            throw exit.kind === "failed" && exit.error;
          }),
        ).error;
        throw wrapper;
      }),
    );
    expect(thrown).toBe(wrapper);
    expect(shapeOf(thrown)).toEqual(["x", ["y", body]]);
  });

  it("property 14: a chain that somebody bent into a ring does not hang the scope", () => {
    const ring = combined(failWith("body", disposable([], "a", { error: "a" })));
    Object.assign(ring, { suppressed: ring });
    const trace: Trace = [];
    const thrown = combined(
      failWith("another", disposable(trace, "outer"), new Traced(trace, "a", () => raise(ring))),
    );
    expect(thrown.error).toBe(ring);
    expect(thrown.suppressed).toBe("another");
    expect(trace).toEqual(["+a", "-a", "-outer"]);
  });

  it("property 14: no chain leads back to itself, whatever the releases rethrow", () => {
    let thrown = failWith(
      "body",
      new Traced([], "d", (exit) => raise(exit.kind === "failed" && exit.error)),
      disposable([], "c", { error: "c" }),
      new Traced([], "b", (exit) => raise(exit.kind === "failed" && exit.error)),
      disposable([], "a", { error: "a" }),
    );
    const seen = new Set<unknown>();
    while (thrown instanceof Error && thrown.name === "SuppressedError") {
      expect(seen.has(thrown)).toBe(false);
      seen.add(thrown);
      thrown = combined(thrown).suppressed;
    }
    expect([seen.size, thrown]).toEqual([2, "body"]);
  });

  describe("property 2: what is thrown may be hostile, all releases still run (S4)", () => {
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable(new Error("gone"), {});
      revoke();
      return proxy;
    };
    const throwingName = () =>
      Object.defineProperty(new Error("named"), "name", {
        get: () => raise(new Error("the getter of name")),
      });
    const throwingSuppressed = () =>
      Object.defineProperties(new Error("wrapping"), {
        name: { value: "SuppressedError" },
        suppressed: { get: () => raise(new Error("the getter of suppressed")) },
      });
    const hostile = { revoked, throwingName, throwingSuppressed };

    it.each(Object.keys(hostile) as (keyof typeof hostile)[])("%s", (kind) => {
      for (const asDisposable of [true, false]) {
        const error = hostile[kind]();
        const trace: Trace = [];
        const failing = asDisposable
          ? disposable(trace, "hostile", { error })
          : new Traced([], "hostile", () => (trace.push("-hostile"), raise(error)));
        const thrown = failWith("body", disposable(trace, "outer"), failing);
        expect(trace).toEqual(["-hostile", "-outer"]);
        expect(combined(thrown).error === error).toBe(true);
        expect(combined(thrown).suppressed).toBe("body");
      }
    });
  });
});

function raise(error: unknown): never {
  throw error;
}
