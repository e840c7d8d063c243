import Module, { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Compile, type Task, writeProbe } from "./task";
import { withholdEffects } from "./withhold-effects";

/**
 * Starts the script that builds, up to its first build: that is of the probe, with the script's own options and plugins. What the
 * script would write or start before that is withheld, and what it does behind it never comes. A script that does not get that far is
 * not known.
 */
export const byEsbuild: Compile = async (task) => {
  writeProbe(task);
  const require = createRequire(join(task.folder, "package.json"));
  const esbuild = require("esbuild") as Record<string, any>;
  // Its program is started now. Nothing else is, nor another copy of esbuild.
  await esbuild["transform"]("");
  return new Promise((resolve, reject) => {
    const never = new Promise<never>(() => {});
    const instead = (options: object): Promise<never> => {
      buildProbe(esbuild, options, task).then(resolve, reject);
      return never;
    };
    const replaced = { ...esbuild, build: instead, context: instead, buildSync: instead };
    replaceModule(require.resolve("esbuild"), { ...replaced, default: replaced });
    withholdEffects();
    process.argv.splice(1, Infinity, task.configPath!, ...argumentsOfScript(task));
    import(pathToFileURL(task.configPath!).href).then(
      () => setTimeout(() => resolve("unknown"), 1000),
      () => resolve("unknown"), // of what was withheld, or of a language that Node does not run
    );
  });
};

/** What stands behind the script: `node build.mjs --production`. */
const argumentsOfScript = ({ args, configPath }: Task): readonly string[] =>
  args.slice(args.findIndex((each) => basename(each) === basename(configPath!)) + 1);

/** Gives something else for a module, to `require` and to `import`, which keeps what a module was when it was loaded. */
function replaceModule(path: string, exports: object): void {
  const module = Object.assign(new Module(path), { filename: path, loaded: true, exports });
  createRequire(path).cache[path] = module;
}

async function buildProbe(
  esbuild: Record<string, any>,
  options: any,
  task: Task,
): Promise<readonly string[]> {
  const { outfile: _, stdin: __, entryNames: ___, ...rest } = options;
  const { outputFiles } = await esbuild["build"]({
    ...rest,
    entryPoints: { probe: task.file },
    bundle: true,
    external: [task.importSource],
    write: false,
    outdir: task.temporary,
    minify: false,
    minifyIdentifiers: false,
    minifySyntax: false,
    minifyWhitespace: false,
    sourcemap: false,
    metafile: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }: { text: string }) => text);
}
