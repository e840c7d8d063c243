import type { HostPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for Rollup 4.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * export default { input: "src/main.ts", plugins: [raii(), esbuild()] }; // rollup.config.js
 */
function raii(options?: Options): HostPlugin[] {
  return plugin.rollup(options) as HostPlugin[];
}

export = raii;
