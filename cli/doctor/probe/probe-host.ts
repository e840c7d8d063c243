import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInstalled, type Manifest } from "../../../toolchain/manifest";
import { type Recognized, scriptsOf } from "../../project/recognize";
import { commandsOf } from "../../project/script-commands";
import { isCompiled, probeText } from "./probe-text";
import { runChild } from "./run-child";
import type { Compiled, Task } from "./task";

/** What came of a probe: it was compiled, `raii()` was left in it, or it could not be made. */
export type Outcome =
  | { readonly kind: "compiled" }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly reason: string };

/** The hosts that another one compiles for. */
const others: Readonly<Record<string, (recognized: Recognized) => string>> = {
  vitest: () => "vite",
  "rollup-plugin-typescript": () => "rollup",
  "rollup-plugin-typescript2": () => "rollup",
  "ts-loader": ({ configPath = "" }) => (/rspack\.config/.test(configPath) ? "rspack" : "webpack"),
};

/** How a host is run on a probe. */
interface Way {
  /** Whether it compiles nothing without a configuration. */
  readonly needsConfig: boolean;
  readonly timeLimit?: number;
  /** What it generates beside the sources for the probe alone. What was there before stays. */
  readonly generates?: readonly string[];
}

/** The hosts that can be run on a probe. */
const probed: Readonly<Record<string, Way>> = {
  vite: { needsConfig: false, generates: [".svelte-kit"] },
  astro: { needsConfig: false, generates: [".astro"] },
  rollup: { needsConfig: true },
  rolldown: { needsConfig: true },
  tsdown: { needsConfig: true },
  tsup: { needsConfig: true },
  webpack: { needsConfig: true },
  rspack: { needsConfig: true },
  farm: { needsConfig: true },
  esbuild: { needsConfig: true },
  jest: { needsConfig: true },
  nest: { needsConfig: true },
  nx: { needsConfig: true },
  next: { needsConfig: false, timeLimit: 120_000 },
  nuxt: { needsConfig: false, timeLimit: 120_000, generates: [".nuxt"] },
};

/** What the process of the host sends. */
type Sent =
  | { readonly compiled: Compiled }
  | { readonly compiled?: undefined; readonly error: string; readonly reason: string };

/**
 * Lets a host compile a probe, with the project's configuration. The probe may stand among the sources for that time, and
 * nothing else is written into the project.
 *
 * @returns `undefined` where the host cannot be run without running the project itself: then its configuration is to be read.
 */
export async function probeHost(
  recognized: Recognized,
  manifest: Manifest,
  importSource: string,
): Promise<Outcome | undefined> {
  const { host, configPath, scripts, isStartedBy } = recognized;
  const { folder } = manifest;
  const name = others[host.name]?.(recognized) ?? host.name;
  const way = probed[name];
  if (way === undefined || (configPath === undefined && way.needsConfig)) return undefined;
  if (!host.packages.some((each) => isInstalled(each, folder))) return undefined;
  const { timeLimit = 60_000, generates = [] } = way;
  const home = ["src", "app"].map((each) => join(folder, each)).find((each) => existsSync(each)) ?? folder;
  const temporary = mkdtempSync(join(tmpdir(), "ts-raii-doctor-"));
  const commands = commandsOf(scriptsOf(manifest)[scripts[0] ?? ""] ?? "");
  const task: Task = {
    folder,
    configPath,
    file: join(home, `ts-raii-probe-${process.pid}.ts`),
    place: join(folder, `ts-raii-probe-${process.pid}`),
    text: probeText(importSource),
    importSource,
    temporary,
    args: commands.find(isStartedBy)?.args ?? [],
  };
  const isNew = generates.map((each) => join(folder, each)).filter((each) => !existsSync(each));
  const { message, stderr, code, timedOut } = await runChild<Sent>({
    command: process.execPath,
    args: [join(__dirname, "host-child.js"), name, JSON.stringify(task)],
    cwd: folder,
    timeLimit,
    isSending: true,
    leaves: [task.file, task.place, temporary, ...isNew],
  });
  if (message === undefined) {
    const reason = timedOut ? `it did not end within ${timeLimit / 1000} seconds` : firstError(stderr);
    return { kind: "failed", reason: reason ?? `it ended with exit code ${code}` };
  }
  if (message.compiled !== undefined) return outcomeOf(message.compiled);
  // The plugin itself says so, where it is told to leave the probe alone.
  if (/\braii\(\) was not compiled\b/.test(message.error)) return { kind: "left" };
  return { kind: "failed", reason: message.reason };
}

function outcomeOf(compiled: Compiled): Outcome | undefined {
  if (compiled === "unknown") return undefined;
  if (typeof compiled === "string") return { kind: compiled };
  const outputs = compiled.filter((each) => each.includes("probe"));
  if (outputs.length === 0) return { kind: "failed", reason: "nothing came of the probe" };
  return { kind: outputs.every(isCompiled) ? "compiled" : "left" };
}

/** The line of a stack that says what happened. */
export function firstError(stderr: string): string | undefined {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error\b|[\w$]+: )/.test(line)) ?? lines.find((line) => line !== "");
}
