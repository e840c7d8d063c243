import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, all, flatMap, map, run, runAsync, tap } from "../../runtime/index.ts";
import { shapeOf, type Trace } from "../runtime/traced.ts";
import { build, buildAll, textOf } from "./build-part.ts";
import {
  acquires,
  arbitraryPart,
  arbitraryParts,
  asynchronous,
  type Kinds,
  numbered,
  type Parts,
  releases,
  synchronous,
} from "./part.ts";
import { useAsync, type Way, ways } from "./use.ts";

const numRuns = 300;

/** Without what a release suppresses: of a failed acquisition, nothing is, as there is no handle to go on with. */
const withoutSuppressing = { acquires, releases: ["ok", "ok", "fails"] } as const;

describe("what is made of others is the flat function body (properties 8, 33)", () => {
  const body = (trace: Trace, way: Way, ...handles: unknown[]): void => {
    trace.push(`body ${textOf(handles)}`);
    if (way === "throw") throw "body";
  };
  const observe = (program: () => unknown, trace: Trace): unknown => {
    const end = (completion: string) => ({ completion, trace });
    const fail = (error: unknown) => end(`failed ${JSON.stringify(shapeOf(error))}`);
    try {
      const result = program();
      return result instanceof Promise ? result.then(() => end("ended"), fail) : end("ended");
    } catch (error) {
      return fail(error);
    }
  };

  it("synchronously", () => {
    const kinds: Kinds = { hows: synchronous, ...withoutSuppressing };
    const outcome = (parts: Parts, isFlat: boolean, way: Way): unknown => {
      const trace: Trace = [];
      const [a, b, c] = buildAll(parts, trace) as readonly [null, null, null];
      const flat = function* () {
        const x = yield* acquire(a);
        const y = yield* acquire(b);
        trace.push(`b with ${textOf(x)}`);
        const z = yield* acquire(c);
        body(trace, way, x, y, z);
      };
      const made = flatMap(a, (x) =>
        map(all([tap(b, () => trace.push(`b with ${textOf(x)}`)), c]), ([y, z]) => [x, y, z]),
      );
      const program = function* () {
        body(trace, way, ...(yield* acquire(made)));
      };
      return observe(() => run(isFlat ? flat : program), trace);
    };
    fc.assert(
      fc.property(arbitraryParts(kinds), fc.constantFrom("return", "throw"), (parts, way) => {
        expect(outcome(parts, false, way)).toEqual(outcome(parts, true, way));
      }),
      { numRuns },
    );
  });

  it("asynchronously", async () => {
    const kinds: Kinds = { hows: asynchronous, ...withoutSuppressing };
    const outcome = async (parts: Parts, isFlat: boolean, way: Way) => {
      const trace: Trace = [];
      const [a, b, c] = buildAll(parts, trace);
      const flat = function* () {
        const x = yield* acquireAsync(a);
        const y = yield* acquireAsync(b);
        trace.push(`b with ${textOf(x)}`);
        const z = yield* acquireAsync(c);
        body(trace, way, x, y, z);
      };
      const made = flatMap(a, (x) =>
        map(all([tap(b, () => trace.push(`b with ${textOf(x)}`)), c]), ([y, z]) => [x, y, z]),
      );
      const program = function* () {
        body(trace, way, ...(yield* acquireAsync(made)));
      };
      return observe(() => runAsync(isFlat ? flat : program), trace);
    };
    await fc.assert(
      fc.asyncProperty(arbitraryParts(kinds), fc.constantFrom("return", "throw"), async (parts, way) => {
        expect(await outcome(parts, false, way)).toEqual(await outcome(parts, true, way));
      }),
      { numRuns },
    );
  });
});

describe("deferred (property 34)", () => {
  it("building does nothing, and each acquisition is a fresh one", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryPart({ hows: asynchronous, acquires, releases }),
        fc.constantFrom(...ways),
        async (part, way) => {
          numbered(part);
          const trace: Trace = [];
          const made = map(build(part, trace), (x) => x);
          expect(trace).toEqual([]);
          const once = await useAsync([made], way, trace);
          const first = trace.splice(0);
          expect(await useAsync([made], way, trace)).toBe(once);
          expect(trace).toEqual(first);
          trace.length = 0;
          await Promise.all([useAsync([made], way, trace), useAsync([made], way, trace)]);
          expect([...trace].sort()).toEqual([...first, ...first].sort());
        },
      ),
      { numRuns },
    );
  });
});
