import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { parse } from "jsonc-parser";
import { findRoot, writeOutside } from "./outside";
import { type Compile, readScripts } from "./task";

/** The executor of each target that compiles by `tsc`, with a probe outside of the project. */
export const byNx: Compile = async (task) => {
  const { folder, configPath } = task;
  const root = findRoot(folder, "nx.json");
  const require = createRequire(join(folder, "package.json"));
  const project = parse(readFileSync(configPath!, "utf8")) as any;
  const projectRoot = relative(root, folder) || ".";
  const name: string = project.name ?? projectRoot;
  const targets = Object.entries<any>(project.targets ?? {});
  const compiling = targets.filter(([, { executor }]) => executor === "@nx/js:tsc");
  if (compiling.length === 0) throw new Error("none of its targets has the executor @nx/js:tsc");
  const listPath = require.resolve("@nx/js/executors.json");
  const { executors } = require(listPath) as any;
  const { tscExecutor } = require(join(dirname(listPath), executors.tsc.implementation)) as any;
  process.env["NX_DAEMON"] = "false";
  const outputs: string[] = [];
  for (const [targetName, { options = {} }] of compiling) {
    const { probe, sources, tsconfig, output } = writeOutside(task, join(root, options.tsConfig));
    const data = { ...project, name, root: projectRoot, sourceRoot: project.sourceRoot ?? projectRoot };
    const context = {
      root,
      cwd: root,
      isVerbose: false,
      projectName: name,
      targetName,
      target: { executor: "@nx/js:tsc", options },
      projectsConfigurations: { version: 2, projects: { [name]: data } },
      nxJsonConfiguration: parse(readFileSync(join(root, "nx.json"), "utf8")) as object,
      projectGraph: { nodes: { [name]: { type: "lib", name, data } }, dependencies: { [name]: [] } },
    };
    const changed = {
      ...options,
      outputPath: relative(root, output),
      rootDir: relative(root, sources),
      main: relative(root, probe),
      tsConfig: relative(root, tsconfig),
      assets: [],
      additionalEntryPoints: [],
      clean: false,
      watch: false,
      generatePackageJson: false,
    };
    for await (const _ of tscExecutor(changed, context)) break;
    outputs.push(...readScripts(output));
  }
  return outputs;
};
