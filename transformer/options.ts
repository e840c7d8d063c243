import type { Finding } from "./diagnostics";

/** The plugin's options, as they stand beside `"transform"` in tsconfig.json. */
export interface Options {
  /** The module that `raii` is imported from: `"ts-raii"`, or a package of your own that exports it again. */
  readonly importSource: string;
}

const defaults: Options = { importSource: "ts-raii" };

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
    if (key !== "importSource") say("unknown-option", key, Object.keys(defaults).join(", "));
    else if (typeof value !== "string" || value === "")
      say("invalid-option", key, "the name of a module", JSON.stringify(value) ?? String(value));
    else options = { ...options, importSource: value };
  }
  return options;
}
