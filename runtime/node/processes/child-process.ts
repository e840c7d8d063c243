import {
  type ChildProcess,
  type ChildProcessByStdio,
  type ChildProcessWithoutNullStreams,
  spawn,
  type SpawnOptions,
  type SpawnOptionsWithoutStdio,
  type SpawnOptionsWithStdioTuple,
  type StdioNull,
  type StdioPipe,
} from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { AsyncResource } from "../../core/resource.js";
import { combineErrors } from "../../core/suppressed-error.js";
import { LostWrites } from "../common/lost-writes.js";
import { checkGrace } from "../common/milliseconds.js";
import { ownSignal } from "../common/on-abort.js";
import { releasedOnceAsync } from "../common/released-once.js";
import { UnheardErrors } from "../common/unheard-errors.js";
import { endProcess, letEnd } from "./end-process.js";
import { isRunning, ProcessGroup } from "./process-group.js";

/** What {@link childProcess} takes besides the options of `spawn`; its `killSignal` (SIGTERM) is what the release sends. */
export interface ChildProcessOptions {
  /** How many milliseconds the process is given to end when it is told to; then it is killed. 5000. */
  readonly grace?: number;
  /**
   * Runs it in a process group of its own, and ends all of the group: what it has started, too, also when it has ended
   * itself before. Not on Windows.
   */
  readonly group?: boolean;
  /**
   * Makes the scope succeed only if the process does: it is an error that it ends by itself with another exit code than
   * 0. When the scope has succeeded, its input is ended and it is given `grace` to end by itself, which must suffice.
   */
  readonly check?: boolean;
}

/** How a process has ended: by its exit code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process of Node, and the end of it. */
export type RunningProcess<P extends ChildProcess> = P & {
  /** Fulfilled when the process has ended; with `check` rejected, where its exit code is not 0. */
  readonly exited: Promise<Ended>;
};

type Pipe<S, Stream> = S extends StdioPipe ? Stream : null;
type Stdio = StdioNull | StdioPipe;

/**
 * A process that ends with its scope: where it still runs it is sent SIGTERM, and SIGKILL if it has not ended within
 * `grace`; its end is awaited. How the scope ended makes no difference, but with `check`. On Windows both signals kill.
 *
 * Output that is being read is left the time to be read; what is not is dropped, also what a process of its own still
 * holds open. An error of the process or its pipes that nobody listens for, such as `EPIPE` of its input, does not end
 * this one: the release throws it. So it does, when its scope has succeeded, for what was written to its input after it
 * had ended.
 *
 * @param command the program, found as the shell does; it is not run by one, unless the option `shell` says so.
 * @param args its arguments.
 * @param options those of `spawn`; `grace`, `group` and `check`.
 * @returns an asynchronous resource whose handle is the ChildProcess, started, with a promise `exited` of
 *   `{ code, signal }`.
 * @throws {RangeError} at the call, when `grace` is NaN, negative or more than 2147483647, and not Infinity.
 * @throws at the acquisition, when it cannot be started (`ENOENT`, `EACCES`, `EMFILE`, …), and the reason of a `signal`
 *   that has aborted.
 * @throws at the release: with `check`, when it failed or did not end by itself, an Error with `code`, `signal` and `cmd`;
 *   errors that nobody has heard; and when it did not end although it was killed.
 * @example
 * const git = await raii(childProcess("git", ["log", "--format=%s"], { check: true }));
 * for await (const line of createInterface(git.stdout)) console.log(line);
 * await git.exited;
 * @see https://nodejs.org/api/child_process.html#child_processspawncommand-args-options
 */
export function childProcess(
  command: string,
  args?: readonly string[],
  options?: SpawnOptionsWithoutStdio & ChildProcessOptions,
): AsyncResource<RunningProcess<ChildProcessWithoutNullStreams>>;
export function childProcess<In extends Stdio, Out extends Stdio, Err extends Stdio>(
  command: string,
  args: readonly string[],
  options: SpawnOptionsWithStdioTuple<In, Out, Err> & ChildProcessOptions,
): AsyncResource<
  RunningProcess<ChildProcessByStdio<Pipe<In, Writable>, Pipe<Out, Readable>, Pipe<Err, Readable>>>
>;
export function childProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions & ChildProcessOptions,
): AsyncResource<RunningProcess<ChildProcess>>;
export function childProcess(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions & ChildProcessOptions = {},
): AsyncResource<RunningProcess<ChildProcess>> {
  const { grace: givenGrace, group = false, check = false, ...rest } = options;
  const grace = checkGrace("childProcess", givenGrace);
  const { killSignal = "SIGTERM", signal } = rest;

  const name = `childProcess ${command}`;
  return releasedOnceAsync(name, async () => {
    signal?.throwIfAborted();
    const own = ownSignal(signal);
    const start = async () => {
      const child = spawn(command, args, {
        ...rest,
        signal: own.signal,
        ...(group ? { detached: true } : {}),
      });
      // Without a free descriptor there is no `stdio`, whatever Node's types say.
      const held = [child, ...((child.stdio as typeof child.stdio | undefined) ?? [])]
        .filter((each) => each != null)
        .map((each) => new UnheardErrors(each));
      const ended = new Promise<Ended>((resolve) => {
        child.once("exit", (code, signal) => resolve({ code, signal }));
      });
      const receivers = new ProcessGroup(child, group);
      await started(child, rest.cwd);
      return { child, held, ended, receivers };
    };
    const { child, held, ended, receivers } = await start().catch((error: unknown) => {
      own.stop();
      throw error;
    });

    const writes = child.stdin ? new LostWrites(child.stdin) : undefined;
    const exited = check ? ended.then((end) => throwIfFailed(child, end)) : ended;
    exited.catch(() => {}); // the release tells, too

    return {
      handle: Object.assign(child, { exited }),
      async release(exit) {
        own.stop();
        const isJob = check && exit.kind === "succeeded";
        if (isJob) await letEnd(child, ended, grace);
        const endedByItself = !isRunning(child);
        const failures = held
          .map((each) => each.take())
          .filter((each) => each !== undefined)
          .filter((each) => !isAbort(each.error, signal));
        try {
          await endProcess(child, ended, { signal: killSignal, grace, group: receivers });
          if (endedByItself) await exited;
          else if (isJob) throw exitError(child, `had not ended ${grace} ms after its scope`, await ended);
        } catch (error) {
          failures.push({ error });
        } finally {
          receivers.stop();
        }
        const unwritten = exit.kind === "succeeded" ? await writes?.lost() : undefined;
        if (unwritten) failures.unshift(unwritten);
        const [first, ...others] = failures;
        if (first) throw others.reduce((all, { error }) => combineErrors(error, all, { name }), first.error);
      },
    };
  });
}

async function started(child: ChildProcess, cwd: SpawnOptions["cwd"]): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => void child.removeListener("spawn", spawned).removeListener("error", failed);
      const spawned = (): void => (settle(), resolve());
      const failed = (error: Error): void => (settle(), reject(error));
      child.on("spawn", spawned).on("error", failed);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw error;
    // The system does not tell these two apart.
    const missing =
      cwd === undefined || existsSync(cwd)
        ? `program ${child.spawnfile}`
        : `folder ${String(cwd)} (option cwd)`;
    throw Object.assign(
      new Error(`ts-raii: cannot start ${child.spawnfile}: there is no ${missing}`, { cause: error }),
      { code },
    );
  }
}

function throwIfFailed(child: ChildProcess, end: Ended): Ended {
  if (end.code === 0) return end;
  throw exitError(
    child,
    end.signal === null ? `exited with code ${end.code}` : `was ended by ${end.signal}`,
    end,
  );
}

/** As that of Node's `execFile`. */
function exitError({ spawnargs }: ChildProcess, how: string, { code, signal }: Ended): Error {
  const cmd = spawnargs.join(" ");
  return Object.assign(new Error(`ts-raii: ${cmd} ${how}`), { code, signal, cmd });
}

/** Whether this is how `spawn` tells that its `signal` has aborted, which is no failure of the process. */
function isAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && (error as Error | undefined)?.name === "AbortError";
}
