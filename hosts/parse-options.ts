import { transform, type TransformOptions } from "../source/transform";
import type { FilterPattern, Options } from "./options";

/** The options of a face, each part where it belongs. */
export interface ParsedOptions {
  /** For `transform`. */
  readonly compile: TransformOptions;
  /** The scripts to compile. */
  readonly filter: Filter;
  /** What to compile of that which other plugins make scripts of. */
  readonly components: Filter;
  /** The modules whose `raii` is the marker. */
  readonly importSources: string[];
  /** Says whether what was compiled before is still right. */
  readonly cacheKey: string;
}

export interface Filter {
  readonly include: Pattern[];
  readonly exclude: Pattern[];
}

type Pattern = string | RegExp;

const defaults = { include: [/\.[cm]?[jt]sx?(?:[?#].*)?$/], exclude: [/[\\/]node_modules[\\/]/] };

/** @throws {Error} for an option that is unknown or wrong. */
export function parseOptions(options: Options = {}, version: string): ParsedOptions {
  const { include, exclude, ...compile } = options;
  transform("", "options.ts", compile); // it reads no text before it has read the options
  const { importSource = "ts-raii", typescript, ...rest } = compile;
  const included = patterns("include", include);
  const excluded = patterns("exclude", exclude) ?? defaults.exclude;
  const filter = { include: included ?? defaults.include, exclude: excluded };
  return {
    compile,
    filter,
    components: { include: included ?? [/^/], exclude: excluded },
    importSources: [...new Set([importSource, "ts-raii"])],
    cacheKey: JSON.stringify([
      version,
      { importSource, ...rest },
      typescript?.version,
      [...filter.include, "not", ...filter.exclude].map(String),
    ]),
  };
}

function patterns(name: string, given: FilterPattern | undefined): Pattern[] | undefined {
  if (given === undefined) return undefined;
  const list = [given].flat() as Pattern[];
  if (list.some((each) => typeof each !== "string" && !(each instanceof RegExp)))
    throw new Error(`ts-raii: "${name}" must be a glob, a regular expression, or a list of these.`);
  return list;
}
