import { type Compile, load, readScripts, type Task, writeProbe } from "./task";

/** A build with the project's configuration, in memory. */
export const byRollup: Compile = async (task) => {
  // Plugins that run TypeScript itself look for files when they are made.
  writeProbe(task);
  const { rollup } = await load("rollup", task.folder);
  const { loadConfigFile } = await load("rollup/loadConfigFile", task.folder);
  const { options } = await loadConfigFile(task.configPath, { silent: true });
  return bundleAll(rollup, options, task);
};

export const byRolldown: Compile = async (task) => {
  writeProbe(task);
  const { rolldown } = await load("rolldown", task.folder);
  const { loadConfig } = await load("rolldown/config", task.folder);
  return bundleAll(rolldown, await allOf(await loadConfig(task.configPath), {}), task);
};

/** The configurations of a file: as they stand there, in lists, or made by functions. */
export async function allOf(exported: any, ...args: unknown[]): Promise<any[]> {
  const config = await (typeof exported === "function" ? exported(...args) : exported);
  if (!Array.isArray(config)) return [config];
  return (await Promise.all(config.map((each) => allOf(each, ...args)))).flat();
}

async function bundleAll(build: any, configs: readonly any[], task: Task): Promise<readonly string[]> {
  return eachOf(configs, async (config) => {
    const external = (id: string): boolean => id !== task.file;
    const made = await build({ ...config, input: task.file, external, onLog() {} });
    const { output } = await made.generate({ format: "es" });
    return output[0].code as string;
  });
}

/**
 * What comes of each configuration. One of several may be for something else than scripts, and fail: that is an error where none of
 * them compiles.
 */
export async function eachOf<T>(
  configs: readonly T[],
  compile: (config: T) => Promise<string>,
): Promise<readonly string[]> {
  const outputs: string[] = [];
  let failure: unknown;
  for (const config of configs)
    try {
      outputs.push(await compile(config));
    } catch (error) {
      // The plugin itself says so, where it is told to leave the probe alone.
      if (isOfLeftover(error)) throw error;
      failure ??= error;
    }
  if (outputs.length === 0 && failure !== undefined) throw failure;
  return outputs;
}

export const isOfLeftover = (error: any): boolean =>
  /\braii\(\) was not compiled\b/.test(String(error?.message ?? error));

/** A build of the probe alone, into a folder outside of the project. */
export const byTsdown: Compile = async (task) => {
  const { build } = await load("tsdown", task.folder);
  writeProbe(task);
  await build({
    config: task.configPath,
    entry: { probe: task.file },
    outDir: task.temporary,
    deps: { neverBundle: [task.importSource] },
    minify: false,
    logLevel: "silent",
    // Nothing beside it.
    ...nothingOf([
      "clean",
      "dts",
      "report",
      "publint",
      "attw",
      "exports",
      "unused",
      "watch",
      "exe",
      "devtools",
    ]),
    ...{ copy: undefined, onSuccess: undefined, hooks: undefined, sourcemap: false },
  });
  return readScripts(task.temporary);
};

/** The same by tsup. */
export const byTsup: Compile = async (task) => {
  const { build } = await load("tsup", task.folder);
  writeProbe(task);
  await build({
    config: task.configPath,
    entry: { probe: task.file },
    outDir: task.temporary,
    external: [task.importSource],
    noExternal: [],
    minify: false,
    silent: true,
    ...nothingOf(["clean", "dts", "experimentalDts", "watch", "publicDir", "metafile", "sourcemap"]),
    onSuccess: undefined,
  });
  return readScripts(task.temporary);
};

const nothingOf = (names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, false]));
