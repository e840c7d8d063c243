import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scope } from "../../runtime/core/scope.ts";
import { combineErrors } from "../../runtime/core/suppressed-error.ts";
import { acquire, type ErrorFilter, resource, run, suppress } from "../../runtime/index.ts";
import { shapeOf, thrownBy, type Trace, Traced } from "../runtime/traced.ts";

/** Whether `suppress(...filters)` suppresses the error; what is not suppressed must come out identical. */
function suppresses(error: unknown, ...filters: ErrorFilter[]): boolean {
  let outcome: unknown = "suppressed";
  try {
    const result = run(function* () {
      yield* acquire(suppress(...filters));
      throw error;
    });
    expect(result).toBeUndefined();
  } catch (thrown) {
    expect(thrown).toBe(error);
    outcome = "thrown";
  }
  return outcome === "suppressed";
}

class NotFound extends Error {}
abstract class Refusal extends Error {}
class Forbidden extends Refusal {}
class Stop {}
function OldError(this: object) {}
OldError.prototype = Object.create(Error.prototype) as object;

const withCode = (code: unknown) => Object.assign(new Error("with a code"), { code });
const combined = (later: unknown, earlier: unknown) => combineErrors(later, earlier, {});

describe("suppress(): what is named", () => {
  it.each<[string, unknown, ErrorFilter[], boolean]>([
    ["nothing", new Error(), [], false],
    ["its class", new NotFound(), [NotFound], true],
    ["a class it inherits from", new RangeError(), [Error], true],
    ["another class", new RangeError(), [TypeError], false],
    ["one of several classes", new RangeError(), [TypeError, RangeError], true],
    ["an abstract class", new Forbidden(), [Refusal], true],
    ["a class that is none of errors", new Stop(), [Stop], true],
    ["a class that is none of errors, and another error", new Error(), [Stop], false],
    [
      "a class of before there were classes",
      new (OldError as unknown as new () => unknown)(),
      [OldError as never],
      true,
    ],
    ["DOMException", new DOMException("m", "AbortError"), [DOMException], true],
    ["its code", withCode("ENOENT"), ["ENOENT"], true],
    ["another code", withCode("EACCES"), ["ENOENT"], false],
    ["one of several codes", withCode("EACCES"), ["ENOENT", "EACCES"], true],
    ["its name", new DOMException("m", "AbortError"), ["AbortError"], true],
    ["the name of its class", new TypeError(), ["TypeError"], true],
    ["its message", new Error("ENOENT"), ["ENOENT"], false],
    ["a code that is a number", withCode(2), ["2"], false],
    [
      "a function that says so",
      withCode("EAGAIN"),
      [(error) => error instanceof Error && "code" in error],
      true,
    ],
    ["a function that says no", new Error(), [() => false], false],
    [
      "a function declared as one",
      new Error(),
      [
        function any() {
          return true;
        },
      ],
      true,
    ],
    ["a function that gives something truthy", new Error(), [(() => "yes") as never], false],
    ["a function that gives a promise", new Error(), [(async () => true) as never], false],
    ["a string that was thrown", "ENOENT", ["ENOENT"], false],
    ["undefined that was thrown", undefined, [Error, "Error"], false],
    ["undefined that was thrown, and a function", undefined, [(error) => error === undefined], true],
    ["null that was thrown", null, [Object], false],
  ])("%s", (_, error, filters, expected) => {
    expect(suppresses(error, ...filters)).toBe(expected);
  });

  it("an error that answers no question is not what was named, and goes on as it is", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get code(): string {
        throw new Error("getter");
      },
    };
    for (const error of [proxy, hostile]) expect(suppresses(error, "ENOENT", TypeError)).toBe(false);
  });

  it("what a function throws is thrown, together with the error", () => {
    const body = new Error("body");
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(
          suppress(() => {
            throw new Error("filter");
          }),
        );
        throw body;
      }),
    );
    expect(shapeOf(error)).toEqual([new Error("filter"), body]);
  });

  it.each([
    ["undefined", undefined],
    ["an error", new Error("x")],
    ["a pattern", /ENOENT/],
    ["null", null],
  ])("refuses %s, when it is made", (_, filter) => {
    const { error } = thrownBy(() => suppress("ENOENT", filter as never));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      /suppress\(\) takes error classes, codes or names, and functions; .+ is none/,
    );
  });

  it("takes what Node throws", () => {
    const result = run(function* () {
      yield* acquire(suppress("ENOENT"));
      return readFileSync("/no/such/file");
    });
    expect(result).toBeUndefined();
  });
});

describe("suppress(): several errors at once", () => {
  const a = new NotFound("a");
  const b = withCode("ENOENT");
  const other = new RangeError("other");

  it.each<[string, unknown, boolean]>([
    ["all of an AggregateError", new AggregateError([a, b]), true],
    ["some of an AggregateError", new AggregateError([a, other, b]), false],
    ["an AggregateError of nothing", new AggregateError([]), false],
    ["both of a SuppressedError", combined(a, b), true],
    ["the later of a SuppressedError", combined(a, other), false],
    ["the earlier of a SuppressedError", combined(other, a), false],
    ["nested ones", combined(new AggregateError([a, combined(b, a)]), b), true],
    ["nested ones but one", combined(new AggregateError([a, combined(b, other)]), b), false],
  ])("%s", (_, error, expected) => {
    expect(suppresses(error, NotFound, "ENOENT")).toBe(expected);
  });

  it("one that is named itself is suppressed, whatever it consists of", () => {
    expect(suppresses(new AggregateError([other]), "AggregateError")).toBe(true);
    expect(suppresses(new AggregateError([other]), Error)).toBe(true);
  });

  it("a ring of them ends, and is suppressed by what it leads to only", () => {
    const ring = new AggregateError([]);
    ring.errors.push(new AggregateError([ring]));
    expect(suppresses(ring, NotFound)).toBe(false);
    ring.errors.push(a);
    expect(suppresses(ring, NotFound)).toBe(true);
  });

  it("S9: a chain of 1e5 of them", () => {
    let chain: unknown = a;
    for (let i = 0; i < 1e5; i++) chain = combined(i % 2 ? a : b, chain);
    expect(suppresses(chain, NotFound, "ENOENT")).toBe(true);
    expect(suppresses(combined(chain, other), NotFound, "ENOENT")).toBe(false);
  });

  it("all that a tree of them holds counts, and nothing else", () => {
    const leaf = fc.constantFrom(a, b, other);
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("node"), { minLength: 1, maxLength: 3 }).map((parts) => new AggregateError(parts)),
        fc.tuple(tie("node"), tie("node")).map(([later, earlier]) => combined(later, earlier)),
      ),
    })).node;
    const leaves = (error: unknown): unknown[] => {
      if (error instanceof AggregateError) return error.errors.flatMap(leaves);
      const { name, error: later, suppressed } = error as SuppressedError;
      return name === "SuppressedError" ? [...leaves(later), ...leaves(suppressed)] : [error];
    };
    fc.assert(
      fc.property(tree, (error) => {
        expect(suppresses(error, NotFound, "ENOENT")).toBe(!leaves(error).includes(other));
      }),
    );
  });
});

describe("suppress(): in a scope", () => {
  it("S5: outer releases see a success, inner ones the error", () => {
    const trace: Trace = [];
    const seen = (id: string) => new Traced(trace, id, (exit) => trace.push(`${id} ${exit.kind}`));
    run(function* () {
      yield* acquire(seen("outer"));
      yield* acquire(suppress(NotFound));
      yield* acquire(seen("inner"));
      throw new NotFound();
    });
    expect(trace).toEqual(["+outer", "+inner", "-inner", "inner failed", "-outer", "outer succeeded"]);
  });

  it("property 21: with a body that succeeds it is harmless, and takes no error of an outer release", () => {
    const failing = resource(
      () => {},
      () => {
        throw new NotFound("outer");
      },
    );
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(failing);
        yield* acquire(suppress(NotFound));
      }),
    );
    expect(error).toEqual(new NotFound("outer"));
  });

  it("suppresses the error of an inner release", () => {
    const failing = resource(
      () => {},
      () => {
        throw new NotFound("inner");
      },
    );
    const result = run(function* () {
      yield* acquire(suppress(NotFound));
      yield* acquire(failing);
      return "lost";
    });
    expect(result).toBeUndefined();
  });

  it("property 22: a cancellation goes on, whatever is named, also when a release failed meanwhile", () => {
    const trace: Trace = [];
    const failing = () => {
      throw new Error("release");
    };
    for (const onRelease of [() => {}, failing]) {
      const scope = new Scope();
      scope.acquire(new Traced(trace, "outer", (exit) => trace.push(exit.kind)));
      scope.acquire(suppress(Error, () => true));
      scope.acquire(new Traced(trace, "inner", onRelease));
      expect(scope.exit(true)).toBe(false);
    }
    expect(trace.filter((each) => each === "cancelled")).toHaveLength(2);
  });

  it("property 55: it is reentrant: the inner one takes the error, and the outer block goes on", () => {
    const ignoring = suppress(TypeError, RangeError);
    const trace: Trace = [];
    const use = (body: () => void) =>
      run(function* () {
        yield* acquire(ignoring);
        body();
      });
    use(() => {});
    use(() => void (null as unknown as string).length);
    use(() => {
      use(() => void (null as unknown as string).length);
      trace.push("outer continued");
      throw new RangeError();
    });
    expect(trace).toEqual(["outer continued"]);
  });
});
