import type fc from "fast-check";

/**
 * Whether every case runs. `npm test` runs a sample of the large sets of cases, the same one each time. `npm run test:long`
 * sets WHOLE, and runs each test file that imports this one again with every case.
 */
export const isWhole = Boolean(process.env.WHOLE);

/** @returns the whole list or, in a sample, one item in `every`: those at `offset`, `offset + every`, and so on. */
export function sample<T>(all: readonly T[], every: number, offset = 0): readonly T[] {
  return isWhole ? all : all.filter((_, index) => index % every === offset);
}

/** The runs of a property with a share of 1. RUNS=20000 is for a change to the lowering or the driver. */
const runs = Number(process.env.RUNS ?? (isWhole ? 600 : 150));

/**
 * @param share of the runs that this property gets.
 * @param usualSeed makes the property try the same cases each time, unless RUNS is set.
 */
export function parameters(share: number, usualSeed?: number): fc.Parameters<unknown> & { numRuns: number } {
  // A failure prints its seed.
  const { SEED, RUNS } = process.env;
  const seed = SEED === undefined ? (RUNS === undefined ? usualSeed : undefined) : Number(SEED);
  return { numRuns: Math.ceil(runs * share), ...(seed !== undefined && { seed }) };
}

/** How long these runs may take, in milliseconds. */
export const timeout = 60_000 + runs * 600;
