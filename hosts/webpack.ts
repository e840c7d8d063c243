import type { CompilerPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for webpack 5.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * module.exports = { entry: "./src/main.ts", plugins: [raii()] }; // webpack.config.js
 */
function raii(options?: Options): CompilerPlugin {
  return plugin.webpack(options) as CompilerPlugin;
}

export = raii;
