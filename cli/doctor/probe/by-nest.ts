import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { parse } from "jsonc-parser";
import { baseConfig, writeOutside } from "./outside";
import { type Compile, optionOf, readScripts } from "./task";

/** `nest build` of a probe outside of the project, with the project's configuration but for where it reads and writes. */
export const byNest: Compile = async (task) => {
  const { folder, configPath, temporary } = task;
  const config = parse(readFileSync(configPath!, "utf8")) as any;
  const named = optionOf(task, "--path") ?? optionOf(task, "-p") ?? config.compilerOptions?.tsConfigPath;
  const { sources, tsconfig, output } = writeOutside(
    task,
    baseConfig(folder, named, "tsconfig.build.json", "tsconfig.json"),
  );
  const { assets: _, deleteOutDir: __, watchAssets: ___, ...compilerOptions } = config.compilerOptions ?? {};
  const changed = {
    ...config,
    entryFile: "probe",
    sourceRoot: relative(folder, sources),
    compilerOptions: { ...compilerOptions, tsConfigPath: relative(folder, tsconfig) },
  };
  const changedPath = join(temporary, "nest-cli.json");
  writeFileSync(changedPath, JSON.stringify(changed));
  const bin = createRequire(join(folder, "package.json")).resolve("@nestjs/cli/bin/nest.js");
  const args = [
    bin,
    "build",
    "--config",
    relative(folder, changedPath),
    "--path",
    relative(folder, tsconfig),
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const outputs = readScripts(output);
  if (outputs.length === 0) throw new Error(`${stderr}\n${stdout}`.trim() || "nest build writes nothing");
  return outputs;
};
