import { inspect, type InspectOptions } from "node:util";
import fc from "fast-check";
import { err, errWithCause } from "pino-std-serializers";
import { describe, expect, it } from "vitest";
import { acquire, resource, run } from "../../runtime/index.ts";
import {
  errorsWithFrames,
  functionOf,
  hostile,
  rejectedFor,
  shapes,
  thrownFor,
  withoutFrames,
} from "./failures.ts";
import { combined, isCombined, thrownBy } from "./traced.ts";

const withFrames = Object.values(errorsWithFrames);
const printable = [...withFrames, ...Object.values(withoutFrames)];
const anything = [...printable, ...Object.values(hostile)];

/** Everything that shows an error to people, as a text. */
const faces: Record<string, (error: Error) => string> = {
  "inspect()": (error) => inspect(error),
  "inspect(), as deep as it goes": (error) => inspect(error, { depth: Infinity }),
  "an uncaught error": (error) => inspect(error, { customInspect: false, depth: 5 }),
  "console.dir(), as deep as it goes": (error) => inspect(error, { customInspect: false, depth: null }),
  "a field of what is inspected": (error) => inspect({ error }),
  "the serializer of pino": (error) => err(error).stack,
  "the serializer of pino for causes": (error) => {
    const { stack, cause } = errWithCause(error) as { stack: string; cause?: { stack: string } };
    return `${stack}\n${cause?.stack ?? ""}`;
  },
};

describe("what is printed of a combined error", () => {
  it.each(Object.keys(faces))("property 12: the first frame of each of two to four errors, by %s", (face) => {
    const shape = fc.integer({ min: 2, max: 4 }).chain((count) => shapes(count, withFrames));
    fc.assert(
      fc.property(shape, (shape) => {
        const { error, made } = thrownFor(shape);
        const printed = faces[face]!(combined(error));
        for (const index of made.keys()) expect(printed).toContain(`${functionOf(index)} (`);
      }),
      { numRuns: 200 },
    );
  });

  it("property 12: also of errors that came later", async () => {
    const shape = fc.integer({ min: 2, max: 4 }).chain((count) => shapes(count, withFrames));
    await fc.assert(
      fc.asyncProperty(shape, async (shape) => {
        const { error, made } = await rejectedFor(shape);
        for (const [face, print] of Object.entries(faces)) {
          const printed = print(combined(error));
          for (const index of made.keys()) expect(printed, face).toContain(`${functionOf(index)} (`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("property 12: of more than four how many there are, and the first frames of the first four", () => {
    for (const count of [5, 6, 7, 30, 1000]) {
      const error = chainOf(count);
      for (const [face, print] of Object.entries(faces)) {
        const printed = print(error);
        expect(printed, face).toContain(`${count} errors in all`);
        for (const index of [0, 1, 2, 3]) expect(printed, face).toContain(`${functionOf(index)} (`);
      }
    }
    expect(chainOf(4).message).not.toContain("in all");
  });

  it("property 12: the count is that of the whole, however the errors are combined", () => {
    const shape = fc
      .integer({ min: 5, max: 40 })
      .chain((count) => fc.tuple(fc.constant(count), shapes(count, withFrames)));
    fc.assert(
      fc.property(shape, ([count, shape]) => {
        const { message } = combined(thrownFor(shape).error);
        expect(message.match(/\d+ errors in all/g)).toEqual([`${count} errors in all`]);
      }),
      { numRuns: 100 },
    );
  });

  it("property 12: `cause` is the error that came first, as the language has it: own, writable, not enumerable", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }).chain((count) => shapes(count, anything)),
        (shape) => {
          const { error, made } = thrownFor(shape);
          const { value, ...flags } = Object.getOwnPropertyDescriptor(error, "cause")!;
          expect(Object.is(value, made[0])).toBe(true);
          expect(flags).toEqual({ writable: true, enumerable: false, configurable: true });
          expect(Object.keys(error as object)).toEqual([]);
        },
      ),
    );
  });

  it("property 12: own frames, where no other error has any", () => {
    const inner = (): unknown => {
      const { error } = thrownFor({ later: { make: () => "later" }, earlier: { make: () => "earlier" } });
      return error;
    };
    expect(inspect(inner())).toMatch(/^SuppressedError: later \(while .*\n {2}after earlier\n {4}at /);
    expect(inspect(inner())).toContain("inner");
  });

  it("property 13: bounded, whatever was thrown", () => {
    const shape = fc.integer({ min: 2, max: 12 }).chain((count) => shapes(count, anything));
    fc.assert(
      fc.property(shape, (shape) => {
        const error = combined(thrownFor(shape).error);
        expect(error.message.length).toBeLessThan(2500);
        expect(error.stack!.length).toBeLessThan(12_000);
      }),
      { numRuns: 300 },
    );
  });

  it("property 13: whatever was thrown can be printed", () => {
    const shape = fc.integer({ min: 2, max: 6 }).chain((count) => shapes(count, printable));
    fc.assert(
      fc.property(shape, (shape) => {
        const error = combined(thrownFor(shape).error);
        for (const [face, print] of Object.entries(faces)) {
          expect(print(error), face).toMatch(/^(\{\s+error: )?SuppressedError: /);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("property 13: bounded, however many and however they are combined", () => {
    const short = [errorsWithFrames["plain"]!, errorsWithFrames["with a code"]!, withoutFrames["a string"]!];
    const shape = fc.integer({ min: 2, max: 300 }).chain((count) => shapes(count, short));
    fc.assert(
      fc.property(shape, (shape) => {
        const { error } = thrownFor(shape);
        for (const [face, print] of Object.entries(faces)) {
          expect(print(combined(error)).length, face).toBeLessThan(20_000);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("property 13: nobody walks along a chain, neither who combines nor who prints", () => {
    let reads = 0;
    const fail = (): never => {
      throw new Error("release");
    };
    const watching = resource(
      () => {},
      (_, exit) => {
        if (exit.kind !== "failed" || !isCombined(exit.error)) return fail();
        const { suppressed } = exit.error;
        Object.defineProperty(exit.error, "suppressed", {
          get() {
            reads++;
            return suppressed;
          },
        });
        return fail();
      },
    );
    const { error } = thrownBy(() =>
      run(function* () {
        for (let i = 0; i < 1000; i++) yield* acquire(watching);
        throw new Error("body");
      }),
    );
    expect(reads).toBeLessThanOrEqual(1000); // each link once, when it is combined
    reads = 0;
    for (const print of Object.values(faces)) print(combined(error));
    expect(combined(error).message).toContain("1001 errors in all");
    expect(reads).toBe(0);
  });

  it("property 12: a chain can be followed, and a link of it be replaced", () => {
    const error = chainOf(3);
    const link = combined(error.suppressed);
    expect([combined(link).suppressed, link.error].map(String)).toEqual(["Error: error 0", "Error: error 1"]);
    for (const value of ["other", undefined]) {
      Object.defineProperty(error, "suppressed", { value });
      expect(error.suppressed).toBe(value);
    }
  });

  it("property 2: what prepares stacks may throw: all releases still run", () => {
    const { prepareStackTrace } = Error;
    const options: InspectOptions = { depth: 0 };
    try {
      Error.prepareStackTrace = () => {
        throw new Error("no stack");
      };
      const { error } = thrownFor({
        later: { make: (id) => new Error(id) },
        earlier: { make: (id) => new Error(id) },
      });
      Error.prepareStackTrace = prepareStackTrace;
      expect(combined(error).message).toContain("error 0");
      expect(inspect(combined(error).error, options)).toContain("error 1");
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });
});

/** What a body throws, and then the release of each resource. */
function chainOf(count: number): SuppressedError {
  let shape: Parameters<typeof thrownFor>[0] = { make: (id) => new Error(id) };
  for (let i = 1; i < count; i++) shape = { later: { make: (id) => new Error(id) }, earlier: shape };
  return combined(thrownFor(shape).error);
}
