import type fc from "fast-check";

/**
 * Whether everything is tried. `npm test` tries a sample of what is much, the same one each time. `npm run test:long` sets
 * WHOLE, and runs each test file that imports this one again.
 */
export const isWhole = Boolean(process.env.WHOLE);

/** @returns the whole list or, in a sample, one of `every` items. */
export function sample<T>(all: readonly T[], every: number, offset = 0): readonly T[] {
  return isWhole ? all : all.filter((_, index) => index % every === offset);
}

/** How many runs a property gets that has a share of 1. RUNS=20000 is for a change to the lowering or the driver. */
const runs = Number(process.env.RUNS ?? (isWhole ? 600 : 150));

/**
 * @param share of the runs that this property gets.
 * @param usualSeed for what is to try the same each time, unless RUNS asks for more.
 */
export function parameters(share: number, usualSeed?: number): fc.Parameters<unknown> & { numRuns: number } {
  // What a failure has printed.
  const { SEED, RUNS } = process.env;
  const seed = SEED === undefined ? (RUNS === undefined ? usualSeed : undefined) : Number(SEED);
  return { numRuns: Math.ceil(runs * share), ...(seed !== undefined && { seed }) };
}

/** What these runs may take, in milliseconds. */
export const timeout = 60_000 + runs * 600;
