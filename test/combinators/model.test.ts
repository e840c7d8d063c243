import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trace } from "../runtime/traced.ts";
import { build } from "./build-part.ts";
import {
  acquires,
  arbitraryLeaf,
  arbitraryPart,
  asynchronous,
  type Kinds,
  numbered,
  releases,
  synchronous,
} from "./part.ts";
import { reference } from "./reference.ts";
import { use, useAsync, ways } from "./use.ts";

const numRuns = 2000;

/** A resource that is made of others, after one that is not, so that it is seen what that is told. */
const arbitraryUse = (kinds: Kinds) =>
  [
    arbitraryLeaf(kinds).map((leaf) => numbered(leaf, { id: 1000 })),
    arbitraryPart(kinds).map((part) => numbered(part)),
    fc.constantFrom(...ways),
  ] as const;

/** Some say when their release is over, of which the reference knows nothing. */
const withoutEnds = (trace: Trace): Trace => trace.filter((entry) => !entry.endsWith(" released"));

describe("resources made of others do what the reference says (properties 1-4, 8, 10, 11, 19, 33)", () => {
  it("synchronously", () => {
    fc.assert(
      fc.property(...arbitraryUse({ hows: synchronous, acquires, releases }), (outer, part, way) => {
        const trace: Trace = [];
        const completion = use([build(outer, trace), build(part, trace)], way, trace);
        expect({ trace, completion }).toEqual(reference(outer, part, way));
      }),
      { numRuns },
    );
  });

  it("asynchronously", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...arbitraryUse({ hows: asynchronous, acquires, releases }),
        async (outer, part, way) => {
          const trace: Trace = [];
          const completion = await useAsync([build(outer, trace), build(part, trace)], way, trace);
          expect({ trace: withoutEnds(trace), completion }).toEqual(reference(outer, part, way));
        },
      ),
      { numRuns },
    );
  });

  it("each release is over before the next one begins (property 5)", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...arbitraryUse({ hows: ["asyncDisposable", "async"], acquires, releases }),
        async (outer, part, way) => {
          const trace: Trace = [];
          await useAsync([build(outer, trace), build(part, trace)], way, trace);
          trace.forEach((entry, at) => {
            const over = /^-(\d+)$/.exec(entry);
            if (over) expect(trace[at + 1]).toBe(`${over[1]} released`);
          });
        },
      ),
    );
  });
});
