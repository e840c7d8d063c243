import { type Compile, load, writeProbe } from "./task";

/** The resources of a build that writes nothing. */
export const byFarm: Compile = async (task) => {
  const { resolveConfig, Compiler, Logger } = await load("@farmfe/core", task.folder);
  writeProbe(task);
  process.env["NODE_ENV"] = "production";
  const logger = new Logger();
  const resolved = await resolveConfig(
    { root: task.folder, configPath: task.configPath, clearScreen: false },
    "production",
    logger,
    false,
  );
  const { compilation } = resolved;
  Object.assign(compilation, {
    input: { probe: task.file },
    external: [...(compilation.external ?? []), `^${task.importSource.replace(/\W/g, "\\$&")}$`],
    output: { ...compilation.output, path: task.temporary, targetEnv: "node" },
    persistentCache: false,
    minify: false,
    treeShaking: false,
    sourcemap: false,
    lazyCompilation: false,
  });
  const compiler = new Compiler(resolved, logger);
  await compiler.compile();
  const resources = Object.entries(compiler.resources() as Record<string, Buffer>);
  return [resources.map(([, content]) => Buffer.from(content).toString("utf8")).join("\n")];
};
