import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { all, type AsyncAcquirable, flatMap, map, onExit, recover, tap } from "../../runtime/index.ts";
import { shapeOf, type Trace } from "../runtime/traced.ts";
import { buildAll, type Built, exitText, textOf } from "./build-part.ts";
import { acquires, arbitraryParts, asynchronous, type Kinds, releases, synchronous } from "./part.ts";
import { use, useAsync, ways } from "./use.ts";

const numRuns = 300;
const sync: Kinds = { hows: synchronous, acquires, releases };
const async: Kinds = { hows: asynchronous, acquires, releases };

/** Makes a resource of parts that leave their traces. */
type Make = (parts: Built, trace: Trace) => AsyncAcquirable;

const pure = (handle: unknown): AsyncAcquirable => map(null, () => handle);
const noted =
  (name: string, trace: Trace) =>
  (handle: unknown): string => {
    trace.push(`${name} ${textOf(handle)}`);
    return `${name}(${textOf(handle)})`;
  };

/** The two sides of each law, of resources that may fail in every way. */
const laws: Record<string, readonly [Make, Make]> = {
  "map(r, x => x) is r": [([r]) => map(r, (x) => x), ([r]) => r],
  "map(map(r, f), g) is map(r, x => g(f(x)))": [
    ([r], trace) => map(map(r, noted("f", trace)), noted("g", trace)),
    ([r], trace) => map(r, (x) => noted("g", trace)(noted("f", trace)(x))),
  ],
  "map(r, f) is flatMap(r, x => pure(f(x)))": [
    ([r], trace) => map(r, noted("f", trace)),
    ([r], trace) => flatMap(r, (x) => pure(noted("f", trace)(x))),
  ],
  "flatMap(pure(x), f) is f(x)": [
    ([r], trace) => flatMap(pure("x"), (x) => (noted("f", trace)(x), r)),
    ([r], trace) => flatMap(null, () => (noted("f", trace)("x"), r)),
  ],
  "flatMap(r, pure) is r": [([r]) => flatMap(r, pure), ([r]) => r],
  "flatMap(flatMap(r, f), g) is flatMap(r, x => flatMap(f(x), g))": [
    ([r, s, t], trace) =>
      flatMap(
        flatMap(r, (x) => (noted("f", trace)(x), s)),
        (x) => (noted("g", trace)(x), t),
      ),
    ([r, s, t], trace) =>
      flatMap(r, (x) => (noted("f", trace)(x), flatMap(s, (y) => (noted("g", trace)(y), t)))),
  ],
  "all([r]) is map(r, x => [x])": [([r]) => all([r]), ([r]) => map(r, (x) => [x])],
  "all([r, s]) is flatMap(r, x => map(s, y => [x, y]))": [
    ([r, s]) => all([r, s]),
    ([r, s]) => flatMap(r, (x) => map(s, (y) => [x, y])),
  ],
  "all([r, s, t]) is that of nested ones, to the left": [
    ([r, s, t]) => all([r, s, t]),
    ([r, s, t]) => map(all([all([r, s]), t]), ([[x, y], z]) => [x, y, z]),
  ],
  "all([r, s, t]) is that of nested ones, to the right": [
    ([r, s, t]) => all([r, s, t]),
    ([r, s, t]) => map(all([r, all([s, t])]), ([x, [y, z]]) => [x, y, z]),
  ],
  "all({ a: r, b: s }) is map(all([r, s]), …)": [
    ([r, s]) => all({ a: r, b: s }),
    ([r, s]) => map(all([r, s]), ([a, b]) => ({ a, b })),
  ],
  "all([pure(x), r]) is map(r, y => [x, y])": [
    ([r]) => all([pure("x"), r]),
    ([r]) => map(r, (y) => ["x", y]),
  ],
  "tap(r, f) is map(r, x => (f(x), x))": [
    ([r], trace) => tap(r, noted("f", trace)),
    ([r], trace) => map(r, (x) => (noted("f", trace)(x), x)),
  ],
  "onExit(onExit(r, f), g) is onExit(r, exit => (f(exit), g(exit)))": [
    ([r], trace) =>
      onExit(
        onExit(r, (exit) => void trace.push(`f ${exitText(exit)}`)),
        (exit) => void trace.push(`g ${exitText(exit)}`),
      ),
    ([r], trace) => onExit(r, (exit) => void trace.push(`f ${exitText(exit)}`, `g ${exitText(exit)}`)),
  ],
  "recover(r, rethrow) is r, if only its acquisition failed": [
    ([r]) =>
      recover(r, (error) => {
        throw error;
      }) as AsyncAcquirable,
    ([r]) => r,
  ],
  "recover(recover(r, f), g) is recover(r, e => recover(f(e), g))": [
    ([r, s, t], trace) =>
      recover(
        recover(r, (e) => (noted("f", trace)(shapeOf(e)), s)),
        (e) => (noted("g", trace)(shapeOf(e)), t),
      ),
    ([r, s, t], trace) =>
      recover(
        r,
        (e) => (noted("f", trace)(shapeOf(e)), recover(s, (e2) => (noted("g", trace)(shapeOf(e2)), t))),
      ),
  ],
};

describe("laws, by trace and not only by value (property 33)", () => {
  it.each(Object.entries(laws))("%s", async (_, sides) => {
    fc.assert(
      fc.property(arbitraryParts(sync), fc.constantFrom(...ways), (parts, way) => {
        const [left, right] = sides.map((make) => {
          const trace: Trace = [];
          const completion = use([make(buildAll(parts, trace), trace)], way, trace);
          return { trace, completion };
        });
        expect(left).toEqual(right);
      }),
      { numRuns },
    );
    await fc.assert(
      fc.asyncProperty(arbitraryParts(async), fc.constantFrom(...ways), async (parts, way) => {
        const [left, right] = await Promise.all(
          sides.map(async (make) => {
            const trace: Trace = [];
            const completion = await useAsync([make(buildAll(parts, trace), trace)], way, trace);
            return { trace, completion };
          }),
        );
        expect(left).toEqual(right);
      }),
      { numRuns },
    );
  });

  it("pure releases nothing", () => {
    const trace: Trace = [];
    expect(use([pure("x")], "return", trace)).toBe("ended");
    expect(trace).toEqual(["body x"]);
  });
});
