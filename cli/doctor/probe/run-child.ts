import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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

/** How long what a process has printed may take to arrive when it has ended: what it has started may keep its pipes open. */
const graceTime = 1000;

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
    let grace: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (code: number | null): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(grace);
      stop(); // what it has started may go on
      running.stdout?.destroy();
      running.stderr?.destroy();
      finish();
      resolve({ message, stdout, stderr: failure?.message ?? stderr, code, timedOut });
    };
    running.on("error", (error) => {
      failure = error;
      if (running.pid === undefined) settle(null); // it has not started
    });
    running.on("exit", (code) => (grace = setTimeout(() => settle(code), graceTime)));
    running.on("close", settle);
  });
}

function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    // The number of a process that has ended may be that of another one.
    if (child.exitCode !== null || child.signalCode !== null) return;
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // All have ended. macOS says EPERM where one of them is still to be waited for.
    if (code !== "ESRCH" && !(code === "EPERM" && process.platform === "darwin")) throw error;
  }
}
