import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mode } from "./fixture.ts";
import type { Observed } from "./expected.ts";
import type { Project } from "./project.ts";

/** Runs a shell command in a project. @returns the exit code, and what it printed. */
export function runCommand(
  { folder, env }: Project,
  command: string,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: folder,
    env,
    encoding: "utf8",
    shell: true,
    timeout: 120_000,
  });
  return { status, output: stdout + stderr };
}

/** Runs the commands of a mode and gives what the programs did. @throws {Error} with the output of the command that failed. */
export function runPrograms(project: Project, commands: readonly string[]): Observed {
  rmSync(project.result, { force: true });
  for (const command of commands) {
    const { status, output } = runCommand(project, command);
    if (status !== 0) throw new Error(`${command} failed with ${status}:\n${output}`);
  }
  if (!existsSync(project.result)) throw new Error(`${commands.at(-1)} ran no programs`);
  return JSON.parse(readFileSync(project.result, "utf8")) as Observed;
}

/** A process that goes on, whose output is read. */
export interface Running {
  /** Waits until what was printed since the last call that succeeded matches, and gives that. */
  printed(pattern: RegExp): Promise<string>;
  stop(): Promise<void>;
}

export function start({ folder, env }: Project, command: string): Running {
  // A process group of its own: what the shell has started ends, too.
  const child = spawn(command, { cwd: folder, env, shell: true, detached: true });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  let output = "";
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return {
    async printed(pattern) {
      const text = await until(
        () => {
          if (pattern.test(output)) return output;
          if (isClosed) throw new Error(`${command} ended:\n${output}`);
          return undefined;
        },
        () => `${command} did not print ${pattern}:\n${output}`,
      );
      output = "";
      return text;
    },
    async stop() {
      if (!isClosed) process.kill(-child.pid!, "SIGKILL");
      await closed;
    },
  };
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => T | undefined, describe: () => string): Promise<T> {
  const end = Date.now() + (process.env["CI"] ? 90_000 : 30_000);
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(describe());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * A host that builds on each change: it builds the programs, tells of a syntax error and of a mistake that ts-raii finds, goes
 * on after each, and then what has changed runs.
 */
export async function watchPrograms(
  project: Project,
  { watch, run }: Extract<Mode, { watch: string }>,
): Promise<{ readonly first: Observed; readonly last: Observed }> {
  const file = join(project.folder, "src/sync.ts");
  const text = readFileSync(file, "utf8");
  const attempt = (): Observed | undefined => {
    try {
      return runPrograms(project, run);
    } catch {
      return undefined; // not built, or being written
    }
  };
  const isChanged = ({ events }: Observed): boolean => events["sync"]?.includes("open changed") ?? false;
  const running = start(project, watch);
  try {
    const first = await until(attempt, () => `${watch} has built nothing that runs`);
    // What is written at the very time of the first build may be missed.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    writeFileSync(file, text.replace("const source", "const = source"));
    await running.printed(/sync\.ts[^]*\b6:\d/);
    writeFileSync(file, text.replace('  "use raii";\n', ""));
    await running.printed(
      /sync\.ts:5:\d+[^]*raii-outside-annotated-function|raii-outside-annotated-function[^]*sync\.ts[^]*\b5:\d/,
    );
    writeFileSync(file, text.replace('copy(log, "a", "b")', 'copy(log, "changed", "b")'));
    const last = await until(
      () => {
        const observed = attempt();
        return observed && isChanged(observed) ? observed : undefined;
      },
      () => `${watch} did not go on after the mistakes`,
    );
    return { first, last };
  } finally {
    writeFileSync(file, text);
    await running.stop();
  }
}
