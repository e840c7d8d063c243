import type { HostPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for the bundler of Bun.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * await Bun.build({ entrypoints: ["src/main.ts"], plugins: [raii()] });
 */
function raii(options?: Options): HostPlugin {
  return plugin.bun(options) as HostPlugin;
}

export = raii;
