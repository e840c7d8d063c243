import type { HostPlugin, Options } from "./options";
import { plugin } from "./plugin";

/**
 * The plugin for esbuild and tsup. It goes before plugins that load the same files.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * await build({ entryPoints: ["src/main.ts"], bundle: true, plugins: [raii()] });
 */
function raii(options?: Options): HostPlugin {
  return plugin.esbuild(options) as HostPlugin;
}

export = raii;
