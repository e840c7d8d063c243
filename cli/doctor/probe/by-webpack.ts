import { basename } from "node:path";
import { allOf, eachOf } from "./by-rollup";
import { type Compile, load, loadDefault, optionOf, type Task, writeProbe } from "./task";

/** The module as its loaders leave it, of a build that writes nothing. */
export const byWebpack: Compile = async (task) => {
  const webpack = await loadDefault("webpack", task.folder);
  const [env, argv] = argumentsOf(task);
  const loaded = await loadByCli("webpack-cli", task, { config: [task.configPath], env, argv, webpack });
  return compileAll(webpack, loaded?.options, task);
};

export const byRspack: Compile = async (task) => {
  const { rspack } = await load("@rspack/core", task.folder);
  const [env, argv] = argumentsOf(task);
  const loaded = await loadByCli("@rspack/cli", task, { ...argv, config: task.configPath, env });
  return compileAll(rspack, loaded?.config ?? loaded, task);
};

/** What a configuration that is a function is called with. */
function argumentsOf(task: Task): readonly [env: object, argv: object] {
  const env = Object.fromEntries(
    task.args.flatMap((word, at) => {
      const value = /^--env(?:=(.*))?$/.exec(word);
      if (value === null) return [];
      const [name = "", given = true] = (value[1] ?? task.args[at + 1] ?? "").split("=");
      return [[name, given]];
    }),
  );
  const mode = optionOf(task, "--mode");
  return [env, { env, ...(mode !== undefined && { mode }) }];
}

/** The command line reads what the project's Node may not: TypeScript. @returns `undefined` where there is none. */
async function loadByCli(name: string, task: Task, options: Record<string, unknown>): Promise<any> {
  const loaded = await load(name, task.folder).catch(() => undefined);
  const Cli = [loaded?.RspackCLI, loaded?.default, loaded?.default?.default].find(
    (each) => typeof each?.prototype?.loadConfig === "function",
  );
  if (Cli === undefined) return undefined;
  return Object.assign(new Cli(), { webpack: options["webpack"] }).loadConfig(options);
}

async function compileAll(bundler: any, config: unknown, task: Task): Promise<readonly string[]> {
  const given = config ?? (await loadDefault(task.configPath!, task.folder));
  const configs = await allOf(given, ...argumentsOf(task));
  writeProbe(task);
  return eachOf(configs, (each) => compileOne(bundler, each ?? {}, task));
}

function compileOne(bundler: any, config: any, task: Task): Promise<string> {
  const mode = optionOf(task, "--mode");
  const compiler = bundler({
    ...config,
    ...(mode !== undefined && { mode }),
    context: config.context ?? task.folder,
    entry: { probe: task.file },
    externals: ({ request }: { request: string }, done: (error?: null, result?: string) => void) =>
      request.endsWith(task.file) ? done() : done(null, `var ${JSON.stringify(request)}`),
    cache: false,
    devtool: false,
    watch: false,
    performance: false,
    output: { ...config.output, path: task.temporary, clean: false },
  });
  let text: string | undefined;
  compiler.hooks.compilation.tap("ts-raii:probe", (compilation: any) => {
    compilation.hooks.finishModules.tap("ts-raii:probe", (modules: Iterable<any>) => {
      for (const module of modules)
        if (isProbe(module, task)) text = module.originalSource?.()?.source().toString();
    });
  });
  return new Promise((resolve, reject) => {
    // Not `run`: what plugins do with what is written is not to be done.
    compiler.compile((error: unknown, { errors = [] }: any = {}) => {
      const [first] = [...errors];
      if (error != null) reject(error as Error);
      else if (first !== undefined) reject(first as Error);
      else resolve(text ?? "");
    });
  });
}

/** Some loaders make further modules of one. */
function isProbe(module: any, { file }: Task): boolean {
  const name: unknown = module.resource ?? module.nameForCondition?.();
  return typeof name === "string" && basename(name.replace(/[?#].*$/s, "")) === basename(file);
}
