import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A server of our own: nobody else's data, and nothing of it is left. */
export interface PrivateServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** How to start one. */
export interface ServerProgram {
  readonly name: string;
  /** Makes the files of an empty database in a folder. */
  readonly create: (folder: string) => readonly string[];
  /** Runs the server on a port of 127.0.0.1. */
  readonly run: (folder: string, port: number) => readonly string[];
  /** Rejects while the server does not answer. */
  readonly connect: (port: number) => Promise<void>;
}

/** Starts a server in a temporary folder. Such servers refuse to be run by the root user: nobody runs them then. */
export async function startServer(program: ServerProgram): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), `ts-raii-${program.name}-`));
  const nobody = 65534;
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if ("uid" in identity) chownSync(folder, nobody, nobody);
  const env = { ...process.env, HOME: folder };
  const options = { ...identity, cwd: folder, env };
  try {
    const [create, ...createArgs] = program.create(folder);
    execFileSync(create!, createArgs, { ...options, stdio: "pipe" });
    const port = await freePort();
    const log = openSync(join(folder, "log"), "a");
    const [run, ...runArgs] = program.run(folder, port);
    const running = spawn(run!, runArgs, { ...options, stdio: ["ignore", log, log] });
    const ended = once(running, "exit");
    const stop = async (): Promise<void> => {
      running.kill("SIGTERM");
      if (!(await Promise.race([ended, setTimeout(10_000, undefined, { ref: false })])))
        running.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    };
    try {
      await answering(
        () => program.connect(port),
        () => running.exitCode ?? running.signalCode,
      );
    } catch (error) {
      const output = readFileSync(join(folder, "log"), "utf8").slice(-2000);
      await stop();
      throw new Error(`${program.name} does not start:\n${output}`, { cause: error });
    }
    return { port, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function answering(connect: () => Promise<void>, exit: () => unknown): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await connect();
    } catch (error) {
      if (exit() !== null || tries === 600) throw error;
      await setTimeout(100); // it is still starting
    }
  }
}

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
