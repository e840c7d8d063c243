import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import type { Project } from "../read-project";
import type { Diagnosis, Patient } from "./diagnosis";
import { firstError } from "./probe/probe-host";
import { isCompiled } from "./probe/probe-text";

const timeLimit = 120_000;

/** Compiles a probe as each project would be built, and looks whether `raii()` is gone: what decides. */
export function checkProbe({ projects = [], tsPatch, cwd }: Patient): readonly Diagnosis[] {
  if (tsPatch === undefined)
    return [
      { id: "probe", status: "problem", message: "The probe cannot be compiled: ts-patch is not installed." },
    ];
  const compiling = projects.filter(
    ({ parsed, entries }) => parsed.fileNames.length > 0 && entries.length > 0,
  );
  if (compiling.length === 0)
    return [
      {
        id: "probe",
        status: "problem",
        message: "The probe was not compiled: no tsconfig.json with the plugin was read.",
      },
    ];
  return compiling.map((project) => compileProbe(project, relative(cwd, project.configPath)));
}

function compileProbe({ configPath, entries }: Project, name: string): Diagnosis {
  const id = "probe";
  const source = entries[0]?.importSource;
  const args = [
    join(__dirname, "probe-child.js"),
    configPath,
    ...(typeof source === "string" ? [source] : []),
  ];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: dirname(configPath),
    encoding: "utf8",
    timeout: timeLimit,
  });
  if (status !== 0) {
    const reason = error?.message ?? firstError(stderr) ?? "it ended without a word";
    return {
      id,
      status: "problem",
      message: `The compiler of ts-patch fails with ${name}: ${reason}`,
      advice: "What the other checks say comes first; otherwise it is a matter of ts-patch.",
    };
  }
  const { version, output } = JSON.parse(stdout.slice(stdout.lastIndexOf('{"version"'))) as {
    version: string;
    output: string;
  };
  if (isCompiled(output))
    return {
      id,
      status: "ok",
      message: `A probe compiled with ${name} by ts-patch (TypeScript ${version}) has no raii() left: the plugin is active`,
    };
  return {
    id,
    status: "problem",
    message: `A probe compiled with ${name} by ts-patch still calls raii(): the plugin is not active.`,
    advice: "What is compiled so throws an UntransformedError when it runs.",
  };
}
