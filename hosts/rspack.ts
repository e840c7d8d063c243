import type { CompilerPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for Rspack.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * export default { entry: "./src/main.ts", plugins: [raii()] }; // rspack.config.mjs
 */
function raii(options?: Options): CompilerPlugin {
  return plugin.rspack(options) as CompilerPlugin;
}

export = raii;
