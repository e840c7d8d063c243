import type { HostPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for Rolldown and tsdown.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * export default defineConfig({ input: "src/main.ts", plugins: [raii()] }); // rolldown.config.ts
 */
function raii(options?: Options): HostPlugin[] {
  return plugin.rolldown(options) as HostPlugin[];
}

export = raii;
