import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Manifest } from "../../toolchain/manifest";
import { linesFor } from "../project/lines";
import { type Recognized, scriptsOf } from "../project/recognize";
import { commandsOf } from "../project/script-commands";
import type { Diagnosis, Patient } from "./diagnosis";
import { type Outcome, probeHost } from "./probe/probe-host";
import { probeRun } from "./probe/probe-run";
import { importSourceOf } from "./probe/import-source";

/**
 * Which hosts compile the code besides `tspc`, and whether each compiles raii: by a probe, or else by what its configuration
 * says.
 */
export async function checkHosts(patient: Patient): Promise<readonly Diagnosis[]> {
  const { manifests, hosts } = patient;
  const [manifest] = manifests;
  if (manifest === undefined) return [];
  const found: Diagnosis[] = [];
  // One after the other: each has the machine for itself.
  for (const recognized of hosts.filter(({ host }) => host.name !== "tspc"))
    found.push({
      id: `host:${recognized.host.name}`,
      ...(await checkHost(recognized, manifest, patient)),
    });
  return [...found, ...checkDeaf(manifest)];
}

async function checkHost(
  recognized: Recognized,
  manifest: Manifest,
  { cwd, folder }: Patient,
): Promise<Found> {
  if (recognized.by === "dependency") return read(recognized, manifest, folder);
  const source = importSourceOf(texts(recognized, manifest, folder), folder);
  const outcome =
    (await probeHost(recognized, manifest, source)) ?? (await probeRun(recognized, manifest, source));
  return outcome === undefined || (outcome.kind === "failed" && !isNamed(recognized, manifest, folder))
    ? read(recognized, manifest, folder)
    : probed(recognized, outcome, cwd);
}

/** Commands that compile and take no plugin that would compile raii. */
const deaf = new Set(["swc", "babel"]);

function checkDeaf(manifest: Manifest): readonly Diagnosis[] {
  return Object.entries(scriptsOf(manifest)).flatMap(([name, script]) =>
    commandsOf(script)
      .filter(({ program }) => deaf.has(program))
      .map(({ program }): Diagnosis => ({
        id: `host:${program}`,
        status: "warning",
        message: `The script "${name}" runs ${program}, which leaves raii() as it is and takes no plugin for it.`,
        advice: "Give it what ts-raii has compiled: what tspc writes, or a bundler with its plugin.",
      })),
  );
}

type Found = Omit<Diagnosis, "id">;

function probed({ host, configPath }: Recognized, outcome: Outcome, cwd: string): Found {
  const { title } = host;
  const by = configPath === undefined ? title : `${title} with ${relative(cwd, configPath) || configPath}`;
  if (outcome.kind === "compiled")
    return { status: "ok", message: `A probe compiled by ${by} has no raii() left` };
  if (outcome.kind === "left")
    return {
      status: "problem",
      message: `A probe compiled by ${by} still calls raii(): it throws when it runs.`,
      advice: toWrite(host),
    };
  return {
    status: "warning",
    message: `A probe could not be compiled by ${by}: ${outcome.reason}`,
    advice: "What it says comes first; then ask again.",
  };
}

/** What the text of a configuration and of scripts tells, where the host is not run. */
function read(recognized: Recognized, manifest: Manifest, folder: string): Found {
  const { host, configPath, by } = recognized;
  if (isNamed(recognized, manifest, folder))
    return {
      status: "ok",
      message: `${host.title} is set up for ts-raii, as far as its configuration tells`,
    };
  const where =
    configPath !== undefined
      ? `${relative(manifest.folder, configPath)} does not name ts-raii`
      : by === "script"
        ? `the script "${recognized.scripts[0]}" does not name ts-raii`
        : "no configuration of it names ts-raii";
  return {
    status: "warning",
    message: `${host.title} leaves raii() as it is, unless it is set up: ${where}.`,
    advice: toWrite(host),
  };
}

function isNamed(recognized: Recognized, manifest: Manifest, folder: string): boolean {
  return texts(recognized, manifest, folder).some((text) => recognized.host.isSetUp.test(text));
}

function texts(
  { host, configPath, scripts }: Recognized,
  manifest: Manifest,
  folder: string,
): readonly string[] {
  const own = scriptsOf(manifest);
  const files = [
    configPath,
    ...(host.setup.kind === "preload" ? [join(manifest.folder, "bunfig.toml")] : []),
    // The compiler's own set-up stands in tsconfig.json, and so does that of ts-node.
    ...(host.setup.kind === "compiler" ? [join(folder, "tsconfig.json")] : []),
  ];
  return [
    ...files.flatMap((path) => (path === undefined ? [] : readQuietly(path))),
    ...scripts.map((name) => own[name]!),
  ];
}

function readQuietly(path: string): readonly string[] {
  try {
    return [readFileSync(path, "utf8")];
  } catch {
    return []; // not there
  }
}

function toWrite(host: Recognized["host"]): string {
  return `Write, or let npx ts-raii init do it: ${linesFor(host).join(" ")}`;
}
