import type { Finding } from "./diagnostics";

/** The plugin's options, as they stand beside `"transform"` in tsconfig.json. */
export interface Options {
  /** The module that `raii` is imported from: `"ts-raii"`, or a package of your own that exports all of it again. */
  readonly importSource: string;
  /** How functions are compiled that can become programs; see docs/performance.md for what each costs. */
  readonly lowering: "program" | "inline";
}

const defaults: Options = { importSource: "ts-raii", lowering: "program" };

/** What each option may be: a test, and the words for it. */
const known: {
  readonly [Key in keyof Options]: { accepts(value: unknown): boolean; readonly what: string };
} = {
  importSource: {
    accepts: (value) => typeof value === "string" && value !== "",
    what: "the name of a module",
  },
  lowering: {
    accepts: (value) => value === "program" || value === "inline",
    what: '"program" or "inline"',
  },
};

/** Keys of ts-patch and tsserver that reach a plugin together with its own options. */
const hostKeys = new Set([
  "name",
  "import",
  "tsConfig",
  "isEsm",
  "resolvePathAliases",
  "type",
  "transform",
  "after",
]);

/**
 * Checks the plugin's configuration.
 * @param report is told of each unknown or malformed option; the default then stands in.
 */
export function parseOptions(config: object | undefined, report: (finding: Finding) => void): Options {
  let options = defaults;
  const say = (key: Finding["key"], ...args: string[]): void =>
    report({ key, args, sourceFile: undefined, start: undefined, length: undefined });

  for (const [key, value] of Object.entries(config ?? {})) {
    if (hostKeys.has(key)) continue;
    const option = Object.hasOwn(known, key) ? known[key as keyof Options] : undefined;
    if (option === undefined) say("unknown-option", key, Object.keys(known).join(", "));
    else if (!option.accepts(value))
      say("invalid-option", key, option.what, JSON.stringify(value) ?? String(value));
    else options = { ...options, [key]: value };
  }
  return options;
}
