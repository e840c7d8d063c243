import type { Options } from "./options";

/** A regular expression as JSON can have it. */
interface PlainRegExp {
  readonly source: string;
  readonly flags: string;
}

type PlainPattern = string | PlainRegExp | readonly (string | PlainRegExp)[];

/** Options as JSON: Turbopack hands nothing else to its loaders. */
export interface PlainOptions extends Omit<Options, "include" | "exclude" | "typescript"> {
  readonly include?: PlainPattern;
  readonly exclude?: PlainPattern;
  /** Says that what was compiled by another version is to be compiled again. The loader needs none of it. */
  readonly cacheKey?: string;
}

/** @throws {Error} for what JSON cannot have: `typescript`. */
export function toPlain({ include, exclude, typescript, ...rest }: Options, cacheKey: string): PlainOptions {
  if (typescript !== undefined)
    throw new Error(
      `ts-raii/next: the option "typescript" is none here, for Turbopack takes only JSON. Install the TypeScript to use beside ts-raii.`,
    );
  return {
    ...rest,
    ...(include !== undefined && { include: mapPatterns(include, plainPattern) }),
    ...(exclude !== undefined && { exclude: mapPatterns(exclude, plainPattern) }),
    cacheKey,
  };
}

export function fromPlain({ include, exclude, cacheKey: _, ...rest }: PlainOptions): Options {
  return {
    ...rest,
    ...(include !== undefined && { include: mapPatterns(include, patternOf) }),
    ...(exclude !== undefined && { exclude: mapPatterns(exclude, patternOf) }),
  };
}

function mapPatterns<From, To>(given: From | readonly From[], map: (pattern: From) => To): To | To[] {
  return Array.isArray(given) ? (given as readonly From[]).map(map) : map(given as From);
}

const plainPattern = (pattern: string | RegExp): string | PlainRegExp =>
  pattern instanceof RegExp ? { source: pattern.source, flags: pattern.flags } : pattern;

/** Objects that are no regular expression stay what they are: whoever reads the options says so. */
const patternOf = (pattern: string | PlainRegExp): string | RegExp =>
  typeof pattern === "object" && typeof pattern?.source === "string"
    ? new RegExp(pattern.source, pattern.flags)
    : (pattern as string);
