import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Observed } from "./expected.ts";
import type { Mode } from "./fixture.ts";
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
    timeout: 600_000,
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

/**
 * What comes out where the programs are built with another call of the plugin. The file is put back after that.
 *
 * @param options of the call; `undefined` for none at all.
 */
export function withConfig<T>(project: Project, options: string | undefined, use: () => T): T {
  const file = join(project.folder, project.host.config!);
  const text = readFileSync(file, "utf8");
  const { bare, with: given } = project.host.calls ?? { bare: "raii()", with: "raii($options)" };
  const at = text.indexOf(bare);
  if (at < 0) throw new Error(`${file} does not call ${bare}`);
  const behind = text.slice(at + bare.length);
  const call = options === undefined ? "" : given.replace("$options", () => options);
  const changed = text.slice(0, at) + call + (call === "" ? behind.replace(/^, /, "") : behind);
  try {
    writeFileSync(file, changed);
    return use();
  } finally {
    writeFileSync(file, text);
  }
}

/** What comes out where a source of the programs is another one. The file is put back after that. */
export function withSource<T>(
  project: Project,
  name: string,
  change: (text: string) => string,
  use: () => T,
): T {
  const file = join(project.folder, "src", name);
  const text = readFileSync(file, "utf8");
  try {
    writeFileSync(file, change(text));
    return use();
  } finally {
    writeFileSync(file, text);
  }
}

/** Runs commands up to the first that fails. */
export function runUntilFailure(
  project: Project,
  commands: readonly string[],
): { readonly fails: boolean; readonly output: string } {
  let output = "";
  for (const command of commands) {
    const run = runCommand(project, command);
    output += run.output;
    if (run.status !== 0) return { fails: true, output };
  }
  return { fails: false, output };
}

/** A process that goes on, whose output is read. */
export interface Running {
  /** Whether what was printed since the last match matches. @throws {Error} when the process has ended. */
  printed(pattern: RegExp): boolean;
  /** What was printed since the last match. */
  output(): string;
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
    printed(pattern) {
      const isPrinted = pattern.test(output);
      if (!isPrinted && isClosed) throw new Error(`${command} ended:\n${output}`);
      if (isPrinted) output = "";
      return isPrinted;
    },
    output: () => output,
    async stop() {
      if (!isClosed) process.kill(-child.pid!, "SIGKILL");
      await closed;
    },
  };
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => T | undefined, describe: () => string): Promise<T> {
  const end = Date.now() + 180_000; // frameworks take their time to start
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
  { watch, run, isLazy }: Extract<Mode, { watch: string }>,
): Promise<{ readonly first: Observed; readonly last: Observed }> {
  const file = join(project.folder, "src/sync.ts");
  const text = readFileSync(file, "utf8");
  rmSync(project.result, { force: true });
  // What another mode has built would run at once, and the host would still be starting.
  rmSync(join(project.folder, "dist"), { recursive: true, force: true });
  const attempt = (): Observed | undefined => {
    try {
      if (run.length > 0) return runPrograms(project, run);
      return JSON.parse(readFileSync(project.result, "utf8")) as Observed;
    } catch {
      return undefined; // not built, or being written
    }
  };
  const isChanged = ({ events }: Observed): boolean => events["sync"]?.includes("open changed") ?? false;
  /** Writes the file until that has an effect: what is written while a host starts to watch may be missed. */
  const change = async <T>(
    changed: string,
    effect: () => T | undefined,
    describe: () => string,
  ): Promise<T> => {
    let written = 0;
    let patience = 3000; // it grows: a slow host that starts anew on each change is to come to its end
    return until(() => {
      if (Date.now() - written > patience) {
        writeFileSync(file, changed);
        written = Date.now();
        patience *= 2;
      }
      return effect();
    }, describe);
  };
  const running = start(project, watch);
  const tells = (changed: string, pattern: RegExp): Promise<true> =>
    change(
      changed,
      () => {
        if (isLazy) attempt();
        return running.printed(pattern) || undefined;
      },
      () => `${watch} did not print ${pattern}:\n${running.output()}`,
    );
  try {
    const first = await until(attempt, () => `${watch} has built nothing that runs:\n${running.output()}`);
    await tells(text.replace("const source", "const = source"), /sync\.ts(:6\s|[^]*\b6:\d)/);
    await tells(
      text.replace('  "use raii";\n', ""),
      /sync\.ts:5:\d+[^]*raii-outside-annotated-function|raii-outside-annotated-function[^]*sync\.ts[^]*\b5:\d/,
    );
    const last = await change(
      text.replace('copy(log, "a", "b")', 'copy(log, "changed", "b")'),
      () => {
        const observed = attempt();
        return observed && isChanged(observed) ? observed : undefined;
      },
      () => `${watch} did not go on after the mistakes:\n${running.output()}`,
    );
    return { first, last };
  } finally {
    writeFileSync(file, text);
    await running.stop();
  }
}
