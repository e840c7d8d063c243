import { type Lowering, lowerings } from "../syntax/find-directives";
import type { Finding } from "./finding";
import { type DiagnosticKey, diagnostics, entryOf, type Severity } from "./table";

/** The plugin's options, as they stand beside `"transform"` in tsconfig.json. */
export interface Options {
  /** The module that `raii` is imported from: `"ts-raii"`, or a package of your own that exports all of it again. */
  readonly importSource: string;
  /** How functions are compiled that can become programs; see docs/performance.md for what each costs. */
  readonly lowering: Lowering;
  /** How loud the findings of a key are, where that is not as docs/diagnostics.md says: `{ "escape": "warning" }`. */
  readonly severity: Readonly<Partial<Record<DiagnosticKey, Severity>>>;
  /** Whether the editor shows among its inlay hints what each closing brace releases. */
  readonly inlayHints: boolean;
}

const defaults: Options = { importSource: "ts-raii", lowering: "program", severity: {}, inlayHints: false };

/** The options for code that has `using` and no raii: there a Disposable that nobody declares by it is worth a word. */
export function optionsOfUsing(options: Options): Options {
  return { ...options, severity: { "forgotten-disposable": "suggestion", ...options.severity } };
}

const severities: readonly unknown[] = ["off", "suggestion", "warning", "error"] satisfies Severity[];

/** Whether the severity of a diagnostic can be set: not where code is emitted that throws, nor for these options themselves. */
function isSettable(key: string): boolean {
  return Object.hasOwn(diagnostics, key) && entryOf(key as DiagnosticKey).severityIsFixed !== true;
}

/** Whether what a key stands for is looked for. */
export function isOn({ severity }: Options, key: DiagnosticKey): boolean {
  return (severity[key] ?? entryOf(key).category) !== "off";
}

/** What each option may be: a test, and the words for it. */
const known: {
  readonly [Key in keyof Options]: { accepts(value: unknown): boolean; readonly what: string };
} = {
  importSource: {
    accepts: (value) => typeof value === "string" && value !== "",
    what: "the name of a module",
  },
  lowering: {
    accepts: (value) => lowerings.some((each) => each === value),
    what: '"program" or "inline"',
  },
  severity: {
    accepts: (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.entries(value).every(([key, severity]) => isSettable(key) && severities.includes(severity)),
    what: 'an object from diagnostics whose severity can be set to "off", "suggestion", "warning" or "error"',
  },
  inlayHints: {
    accepts: (value) => typeof value === "boolean",
    what: "true or false",
  },
};

/** Keys of ts-patch and tsserver that reach a plugin together with its own options. */
const hostKeys = new Set([
  "name",
  "global",
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
  const reportOption = (key: Finding["key"], ...args: string[]): void =>
    report({ key, args, sourceFile: undefined, start: undefined, length: undefined });

  for (const [key, value] of Object.entries(config ?? {})) {
    if (hostKeys.has(key)) continue;
    const option = Object.hasOwn(known, key) ? known[key as keyof Options] : undefined;
    if (option === undefined) reportOption("unknown-option", key, Object.keys(known).join(", "));
    else if (!option.accepts(value))
      reportOption("invalid-option", key, option.what, JSON.stringify(value) ?? String(value));
    else options = { ...options, [key]: value };
  }
  return options;
}
