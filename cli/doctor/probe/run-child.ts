import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** A process that has ended, or was ended. */
export interface Ended<Message> {
  /** What it has sent. */
  readonly message: Message | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly timedOut: boolean;
}

/** A process to start, and what is gone when it has ended. */
export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeLimit: number;
  /** Whether it sends a message, and is to be ended then. */
  readonly isSending?: boolean;
  /** Files and folders that are removed, also when the process is ended from outside. */
  readonly leaves: readonly string[];
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a process with all that it starts, ends it when its time is up, and removes what it leaves. */
export function runChild<Message>(child: Child): Promise<Ended<Message>> {
  const { command, args, cwd, env, timeLimit, isSending = false, leaves } = child;
  return new Promise((resolve) => {
    const isWindows = process.platform === "win32";
    const running = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      // A group of its own, which can be ended as a whole.
      detached: !isWindows,
      shell: isWindows && !isSending,
      stdio: ["ignore", "pipe", "pipe", ...(isSending ? (["ipc"] as const) : [])],
    });
    let message: Message | undefined;
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    let failure: Error | undefined;
    const stop = (): void => endGroup(running);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeLimit);
    const onSignal = (signal: NodeJS.Signals): void => {
      stop();
      finish();
      process.kill(process.pid, signal);
    };
    const finish = (): void => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, onSignal);
      for (const path of leaves) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    };
    for (const signal of signals) process.on(signal, onSignal);
    running.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    running.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    running.on("message", (sent) => {
      message = sent as Message;
      stop();
    });
    running.on("error", (error) => (failure = error));
    running.on("close", (code) => {
      stop(); // what it has started may go on
      finish();
      resolve({ message, stdout, stderr: failure?.message ?? stderr, code, timedOut });
    });
  });
}

function endGroup({ pid, kill }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    if (process.platform === "win32") kill("SIGKILL");
    else process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
