import { packageVersion } from "../toolchain/package-version";
import type { Options } from "./options";
import { parseOptions } from "./parse-options";
import { toPlain } from "./plain-options";
import { plugin } from "./plugin";

/** Adds ts-raii to a configuration of Next: an object, or a function that gives one. */
type WithRaii = <Config extends object = {}>(config?: Config) => Config;

/** What is read and set of a configuration. */
interface NextConfig {
  readonly turbopack?: { readonly rules?: object };
  readonly webpack?: ((config: any, context: any) => any) | null;
}

/** Turbopack has no list of plugins, and asks for a loader by the names of files. */
const scripts = "*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";

/**
 * Compiles raii in a project of Next, for its builds and its development server, by Turbopack and by webpack.
 *
 * @param options those of `transform` in ts-raii/api but `typescript`, and which modules to `include` and `exclude`.
 * @returns a function that takes a configuration of Next, an object or a function, and gives it with ts-raii added.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * // next.config.ts
 * const withRaii = raii();
 * export default withRaii({ reactStrictMode: true });
 */
function raii(options: Omit<Options, "typescript"> = {}): WithRaii {
  const { cacheKey, importSources } = parseOptions(options, packageVersion());
  const plain = toPlain(options, cacheKey);
  const source = importSources.map((each) => each.replace(/[^\w-]/g, "\\$&")).join("|");
  const rule = {
    // Its own gate: other modules never reach the process of the loaders.
    condition: { content: new RegExp(source) },
    loaders: [{ loader: "ts-raii/turbopack", options: plain }],
  };

  const extended = (config: NextConfig): NextConfig => ({
    ...config,
    turbopack: {
      ...config.turbopack,
      rules: withRule(config.turbopack?.rules, scripts, rule),
    },
    webpack(webpackConfig, context) {
      const changed = config.webpack?.(webpackConfig, context) ?? webpackConfig;
      (changed.plugins ??= []).push(plugin.webpack(options));
      return changed;
    },
  });

  const withRaii = (config: any = {}): any => {
    if (typeof config !== "function") return extended(config);
    return (...phase: unknown[]) => {
      const given = config(...phase);
      return typeof given?.then === "function" ? given.then(extended) : extended(given);
    };
  };
  return withRaii;
}

/** Turbopack takes a list where several rules are for the same files. */
function withRule(rules: any, glob: string, rule: object): object {
  const before = rules?.[glob];
  if (before === undefined) return { ...rules, [glob]: rule };
  return { ...rules, [glob]: [...(Array.isArray(before) ? before : [before]), rule] };
}

export = raii;
