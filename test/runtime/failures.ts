import fc from "fast-check";
import { acquire, acquireAsync, resource, run, runAsync } from "../../runtime/index.ts";
import { rejectedBy, thrownBy } from "./traced.ts";

/** How errors are combined: one alone, or what a release throws (`later`) while `earlier` is on its way. */
export type Shape = { readonly make: MakeError } | { readonly later: Shape; readonly earlier: Shape };

/** Errors as people make them. Each is told its number, and has it in its message. */
export type MakeError = (id: string) => unknown;

/** The frame at which an error was made names the function that made it, so that a test can look for it. */
export const functionOf = (index: number): string => `makesError${index}_`;

export const errorsWithFrames: Record<string, MakeError> = {
  plain: (id) => new Error(id),
  "with a code": (id) => Object.assign(new Error(id), { code: "ECODE", errno: -1 }),
  "of a class": (id) => new (class QueryError extends TypeError {})(id),
  "with a cause": (id) => new Error(id, { cause: new RangeError("root") }),
  "of several": (id) => new AggregateError([new Error("one"), new Error("two")], id),
  "of several lines": (id) => new Error(`${id}\n  at least\n    at most\nof both`),
  "with a stack in its message": (id) => new Error(`${id}: ${new Error("inner").stack}`),
  "with a long message": (id) => new Error(`${id} ${"long ".repeat(2000)}`),
  "with a long line": (id) => new Error(`${id}${"\n    at ".repeat(500)}`),
  "without a message": () => new Error(),
  "with dollars in its message": (id) => new Error(`${id} $& $' $\` $1`),
  "with a message of later": (id) => {
    const error = new Error("first");
    void error.stack;
    error.message = `${id}: ${"context ".repeat(200)}`;
    return error;
  },
  "with a stack of its own words": (id) => Object.defineProperty(new Error(id), "name", { value: "Wordy" }),
};

export const withoutFrames: Record<string, MakeError> = {
  "a string": (id) => id,
  undefined: () => undefined,
  null: () => null,
  "an object": (id) => ({ id }),
  "a long string": (id) => id.repeat(10_000),
  "without a stack": (id) => Object.defineProperty(new Error(id), "stack", { value: undefined }),
  "with a stack that is no text": (id) => Object.defineProperty(new Error(id), "stack", { value: [1] }),
};

/** What printers throw on themselves, as the `cause` of any error. */
export const hostile: Record<string, MakeError> = {
  "with a stack that throws": (id) =>
    Object.defineProperty(new Error(id), "stack", {
      get() {
        throw new Error("no stack");
      },
    }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};

/** Any shape of so many errors. */
export function shapes(count: number, makers: readonly MakeError[]): fc.Arbitrary<Shape> {
  const alone = fc.constantFrom(...makers).map((make): Shape => ({ make }));
  if (count === 1) return alone;
  return fc
    .integer({ min: 1, max: count - 1 })
    .chain((laters) => fc.record({ later: shapes(laters, makers), earlier: shapes(count - laters, makers) }));
}

/** What is thrown where releases fail in the way that the shape says. */
export function thrownFor(shape: Shape): { readonly error: unknown; readonly made: readonly unknown[] } {
  const made: unknown[] = [];
  const fail = (part: Shape): never => {
    if ("make" in part) throw makeIn(part.make, made);
    return run(function* () {
      yield* acquire({ [Symbol.dispose]: () => fail(part.later) });
      return fail(part.earlier);
    }) as never;
  };
  return { ...thrownBy(() => fail(shape)), made };
}

/** The same, where acquiring and releasing take time. */
export async function rejectedFor(
  shape: Shape,
): Promise<{ readonly error: unknown; readonly made: readonly unknown[] }> {
  const made: unknown[] = [];
  const fail = async (part: Shape): Promise<void> => {
    if ("make" in part) throw makeIn(part.make, made);
    await runAsync(function* () {
      yield* acquireAsync(
        resource(
          () => {},
          () => fail(part.later),
        ),
      );
      yield* acquireAsync(
        resource(
          () => fail(part.earlier),
          () => {},
        ),
      );
    });
  };
  return { ...(await rejectedBy(fail(shape))), made };
}

function makeIn(make: MakeError, made: unknown[]): unknown {
  const name = functionOf(made.length);
  const error = { [name]: () => make(`error ${made.length}`) }[name]!();
  made.push(error);
  return error;
}
