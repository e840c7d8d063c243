import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EncodedSourceMap } from "@jridgewell/remapping";

/** What a transformer of Jest gives for a file. */
export interface Processed {
  readonly code: string;
  readonly map?: EncodedSourceMap | string | null | undefined;
}

/** A transformer of Jest. */
export interface Transformer {
  readonly canInstrument?: boolean;
  getCacheKey?(text: string, path: string, ...rest: any[]): string;
  getCacheKeyAsync?(text: string, path: string, ...rest: any[]): string | Promise<string>;
  process?(text: string, path: string, ...rest: any[]): Processed;
  processAsync?(text: string, path: string, ...rest: any[]): Processed | Promise<Processed>;
}

interface TransformerFactory {
  createTransformer?(options?: object): Transformer | Promise<Transformer>;
}

/** The transformer that does the rest: a package or a path, alone or with options. */
export type Wrap = string | readonly [name: string, options?: object];

/** A transformer that was loaded. */
export interface Wrapped {
  readonly name: string;
  readonly transformer: Transformer;
  /** Whether it takes a source map from the text that it is given. */
  readonly composesMaps: boolean;
}

/** babel-jest comes last: it is there with Jest, chosen or not. */
const defaults = ["@swc/jest", "ts-jest", "babel-jest"];

export function isTsJest({ name }: { readonly name: string }): boolean {
  return /(^|[\\/])ts-jest([\\/]|$)/.test(name);
}

/**
 * Loads the transformer to wrap.
 *
 * @param options those of ts-raii, for the transformer that compiles raii itself.
 * @throws {Error} when it is not installed; the message says what to install.
 */
export async function loadWrapped(wrap: Wrap | undefined, options: object): Promise<Wrapped> {
  const [given, config = {}] = typeof wrap === "string" ? [wrap] : (wrap ?? []);
  if (given !== undefined && typeof given !== "string")
    throw new Error(
      `ts-raii/jest: "wrap" must be the name of a transformer, or a list of its name and its options.`,
    );
  const [name, path] = find(given === undefined ? defaults : [given]);
  const exported = await load(path);
  const all = isTsJest({ name }) ? withTransformer(config, options) : config;
  const { createTransformer } = exported;
  const transformer =
    createTransformer === undefined ? (exported as Transformer) : await createTransformer(all);
  return { name, transformer, composesMaps: /(^|[\\/])babel-jest([\\/]|$)/.test(name) };
}

/** The options of ts-jest with our transformer as the first. */
function withTransformer(
  config: { astTransformers?: { before?: readonly unknown[] } },
  options: object,
): object {
  const own = { path: join(__dirname, "../transformer/index.js"), options };
  const { astTransformers } = config;
  return {
    ...config,
    astTransformers: { ...astTransformers, before: [own, ...(astTransformers?.before ?? [])] },
  };
}

function find(names: readonly string[]): readonly [name: string, path: string] {
  const folders = [process.cwd(), __dirname, ...jestFolders()];
  for (const name of names) {
    for (const folder of folders) {
      const path = resolve(name, folder);
      if (path !== undefined) return [name, path];
    }
  }
  throw new Error(
    names.length === 1
      ? `ts-raii/jest: ${names[0]} is to be wrapped, and is not installed: npm install --save-dev ${names[0]}`
      : `ts-raii/jest wraps another transformer, and none is installed. Install one of ${names.join(", ")}: npm install --save-dev @swc/jest @swc/core`,
  );
}

/** Where Jest finds its own babel-jest, which strict package managers show to nobody else. */
function jestFolders(): readonly string[] {
  let folder: string | undefined = process.cwd();
  for (const name of ["jest", "@jest/core", "jest-config"]) {
    const manifest = resolve(`${name}/package.json`, folder);
    if (manifest === undefined) return [];
    folder = dirname(manifest);
  }
  return [folder];
}

function resolve(name: string, folder: string): string | undefined {
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}

/** As Jest does: an ES module by `import`, anything else by `require`. */
async function load(path: string): Promise<TransformerFactory> {
  let exported: unknown;
  try {
    exported = createRequire(__filename)(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ESM") throw error;
    exported = await import(pathToFileURL(path).href);
  }
  const { default: ofModule = exported } = exported as { readonly default?: unknown };
  return ofModule as TransformerFactory;
}
