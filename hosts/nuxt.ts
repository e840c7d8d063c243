import type { Options } from "./options";
import { plugin } from "./plugin";

/** What is used of Nuxt, and of what its hooks give. */
interface Nuxt {
  readonly options: { readonly raii?: Options };
  hook(name: string, handler: (given: any) => void): void;
}

/** A tsconfig.json that Nuxt is about to write. */
interface Tsconfig {
  compilerOptions?: { plugins?: unknown[] };
}

/**
 * The module for Nuxt: compiles raii in pages, components and server routes. Its findings stand in the editor, too: Nuxt writes the
 * plugin of the language server into its tsconfig.json files.
 *
 * @param options those of `transform` in ts-raii/api, and which modules to `include` and `exclude`. They stand beside the
 *   name of the module, or as `raii` in the configuration.
 * @throws {Error} for an option that is unknown or wrong.
 * @example
 * // nuxt.config.ts
 * export default defineNuxtConfig({ modules: ["ts-raii/nuxt"], raii: { lowering: "inline" } });
 */
function raii(options: Options | undefined, nuxt: Nuxt): void {
  const given = { ...nuxt.options.raii, ...options };
  const add = (config: { plugins?: unknown[] }, plugins: unknown): void => {
    (config.plugins ??= []).push(...[plugins].flat());
  };
  nuxt.hook("vite:extend", ({ config }) => add(config, plugin.vite(given)));
  nuxt.hook("webpack:config", (configs: any[]) => {
    for (const config of configs) add(config, plugin.webpack(given));
  });
  nuxt.hook("rspack:config", (configs: any[]) => {
    for (const config of configs) add(config, plugin.rspack(given));
  });
  // Nitro builds the server by itself.
  nuxt.hook("nitro:config", (nitro) => {
    add((nitro.rollupConfig ??= {}), plugin.rollup(given));
    addEntry(((nitro.typescript ??= {}).tsConfig ??= {}), given);
  });
  nuxt.hook("prepare:types", ({ tsConfig, sharedTsConfig }: Record<string, Tsconfig | undefined>) => {
    for (const config of [tsConfig, sharedTsConfig]) if (config !== undefined) addEntry(config, given);
  });
}

const transformer = "ts-raii/transformer";

/** Adds the entry for the language server, unless the project has asked for one itself. */
function addEntry(config: Tsconfig, { include: _, exclude: __, typescript: ___, ...options }: Options): void {
  const plugins = ((config.compilerOptions ??= {}).plugins ??= []);
  if (plugins.some((each) => (each as { transform?: unknown } | null)?.transform === transformer)) return;
  plugins.push({ name: "ts-raii", transform: transformer, ...options });
}

/** What Nuxt asks a module for: it puts the key of the configuration into the types of a project. */
raii.getMeta = (): Promise<{ readonly name: string; readonly configKey: string }> =>
  Promise.resolve({ name: "ts-raii", configKey: "raii" });

export = raii;
