import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Recognized } from "../../project/recognize";
import { isCompiled, probeText } from "./probe-text";

/** What came of a probe: it was compiled, `raii()` was left in it, or it could not be made. */
export type Outcome =
  | { readonly kind: "compiled" }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly reason: string };

/** How to run the hosts that can be run without a trace. */
const probed: Readonly<Record<string, string>> = {
  vite: "vite",
  vitest: "vite",
  rollup: "rollup",
  rolldown: "rolldown",
  jest: "jest",
};

const timeLimit = 60_000;

/**
 * Lets a host compile a probe, with the project's configuration. Nothing is written into the project.
 *
 * @returns `undefined` where the host cannot be run without running the project itself: then its configuration is to be read.
 */
export function probeHost({ host, configPath }: Recognized, folder: string): Outcome | undefined {
  const name = probed[host.name];
  // Vite is the only one that compiles without a configuration.
  if (name === undefined || (configPath === undefined && name !== "vite")) return undefined;
  const sources = join(folder, "src");
  const file = join(existsSync(sources) ? sources : folder, "ts-raii-probe.ts");
  const child = join(__dirname, "host-child.js");
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [child, name, folder, configPath ?? "", file, probeText()],
    { cwd: folder, encoding: "utf8", timeout: timeLimit, killSignal: "SIGKILL" },
  );
  const last = stdout?.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith("{")) {
    const timedOut = (error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT";
    const reason = timedOut ? `it did not end within ${timeLimit / 1000} seconds` : firstError(stderr);
    return { kind: "failed", reason: reason || `it ended with exit code ${status}` };
  }
  const outcome = JSON.parse(last) as
    | { readonly output: string }
    | { readonly output?: undefined; readonly error: string; readonly reason: string };
  if (outcome.output !== undefined)
    return isCompiled(outcome.output) ? { kind: "compiled" } : { kind: "left" };
  // The plugin itself says so, where it is told to leave the probe alone.
  if (/\braii\(\) was not compiled\b/.test(outcome.error)) return { kind: "left" };
  return { kind: "failed", reason: outcome.reason };
}

/** The line of a stack that says what happened. */
export function firstError(stderr: string): string | undefined {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error\b|[\w$]+: )/.test(line)) ?? lines.find((line) => line !== "");
}
