import type { Linter, Rule } from "eslint";
import { packageVersion } from "../toolchain/package-version";
import { type DiagnosticKey, diagnostics, entryOf } from "../transformer/diagnostics/table";
import { createRule } from "./create-rule";

/** The plugin for ESLint: a rule for each diagnostic, and what to switch on. */
interface RaiiPlugin {
  readonly meta: { readonly name: string; readonly version: string };
  /** By their names in docs/diagnostics.md: `ts-raii/escape`, `ts-raii/await-missing`. */
  readonly rules: Record<string, Rule.RuleModule>;
  readonly configs: {
    /** What `ts-raii check` finds: its errors are errors, the rest are warnings. */
    readonly recommended: Linter.Config;
    /** For code that has `using` and no raii: what `ts-raii check --using` finds, with advice that needs no raii. */
    readonly using: Linter.Config;
  };
}

/** Those that are about the configuration are found by the build. */
const ofConfiguration: readonly DiagnosticKey[] = ["unknown-option", "invalid-option"];
const keys = (Object.keys(diagnostics) as DiagnosticKey[]).filter((key) => !ofConfiguration.includes(key));

const levels = { off: "off", suggestion: "warn", warning: "warn", error: "error" } as const;

const recommended: Record<string, Linter.RuleSeverity> = Object.fromEntries(
  keys
    .map((key) => [`ts-raii/${key}`, levels[entryOf(key).category]] as const)
    .filter(([, level]) => level !== "off"),
);

const ofUsing: typeof recommended = { ...recommended, "ts-raii/forgotten-disposable": "warn" };

/**
 * The plugin for ESLint 9 and 10. It takes what typescript-eslint has parsed, with its TypeScript.
 *
 * @example
 * // eslint.config.js
 * import raii from "ts-raii/eslint";
 * import tseslint from "typescript-eslint";
 *
 * export default tseslint.config(
 *   { files: ["**\/*.ts"], languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } } },
 *   raii.configs.recommended,
 * );
 */
const plugin: RaiiPlugin = {
  meta: { name: "ts-raii", version: packageVersion() },
  rules: Object.fromEntries(keys.map((key) => [key, createRule(key)])),
  configs: {
    // What a configuration has as its plugin is this object itself.
    get recommended() {
      return { name: "ts-raii/recommended", plugins: { "ts-raii": plugin }, rules: recommended };
    },
    get using() {
      return {
        name: "ts-raii/using",
        plugins: { "ts-raii": plugin },
        settings: { "ts-raii": { using: true } },
        rules: ofUsing,
      };
    },
  },
};

export = plugin;
