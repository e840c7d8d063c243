import type { HostPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for Vite 7 and 8, and for Vitest.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * export default defineConfig({ plugins: [raii()] }); // vite.config.ts
 */
function raii(options?: Options): HostPlugin[] {
  return plugin.vite(options) as HostPlugin[];
}

export = raii;
