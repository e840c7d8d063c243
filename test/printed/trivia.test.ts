import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, readFixture } from "../harness/exec-fixtures.ts";
import { findMisprint } from "../harness/meant-tree.ts";
import { observeFixture } from "../harness/observe-fixture.ts";
import { findGaps, type Gaps, type Scattered, scatterTrivia, trivia } from "../harness/scatter-trivia.ts";

/** RUNS=20000 is for a change to what is emitted; SEED repeats what a failure has printed. */
const numRuns = Number(process.env.RUNS ?? 300);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

const scattered: fc.Arbitrary<Scattered> = fc.array(fc.tuple(fc.nat(99_999), fc.nat(trivia.length - 1)), {
  maxLength: 80,
  size: "max",
});

function remember<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => known.get(path) ?? known.set(path, read(path)).get(path)!;
}

const gapsOf = remember<Gaps>((path) => findGaps(readFixture(path)));

function observe(source: string, path: string, lowering: Lowering): Promise<string[]> {
  const compilerOptions = optionsIn(gapsOf(path).source);
  return observeFixture(compile(source, { fileName: path, lowering, compilerOptions }).code, path);
}

describe.each(lowerings)("comments and line breaks between tokens, %s lowering", (lowering) => {
  const logOf = remember((path) => observe(gapsOf(path).source, path, lowering));

  it(
    "change nothing that a fixture does",
    async () => {
      const property = fc.asyncProperty(fc.constantFrom(...execFixtures), scattered, async (path, places) => {
        const source = scatterTrivia(gapsOf(path), places);
        const misprint = findMisprint(source, { lowering, fileName: path });
        if (misprint !== undefined) throw new Error(`${misprint}\n\nin the output of\n\n${source}`);
        expect(await observe(source, path, lowering), source).toEqual(await logOf(path));
      });
      await fc.assert(property, { numRuns: Math.ceil(numRuns / 2), ...seed });
    },
    60_000 + numRuns * 600,
  );
});
