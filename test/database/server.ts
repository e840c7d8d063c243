import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

/** The folder of PostgreSQL's programs, if this machine has them: on the path, or where Debian puts them. */
export function findServer(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => `${debian}/${version}/bin`) : [];
  const folders = [...(process.env.PATH ?? "").split(":"), ...versions.sort().reverse()];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
}

/** A real server with a session for each connection, in a folder of its own, reached by a socket in that. */
export async function startServer(programs: string): Promise<{ host: string; stop(): Promise<void> }> {
  const host = mkdtempSync(join(tmpdir(), "ts-raii-pg-"));
  // It refuses to be run by the root user.
  const nobody = 65534;
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if ("uid" in identity) chownSync(host, nobody, nobody);
  const data = join(host, "data");
  const settings = ["-A", "trust", "-U", "postgres", "--no-sync"];
  execFileSync(join(programs, "initdb"), ["-D", data, ...settings], {
    ...identity,
    cwd: host,
    stdio: "pipe",
  });
  const running = spawn(
    join(programs, "postgres"),
    ["-D", data, "-k", host, "-F", "-c", "listen_addresses=", "-c", "deadlock_timeout=50ms"],
    { ...identity, cwd: host, stdio: "ignore" },
  );
  const ended = once(running, "exit");
  for (;;) {
    const client = new pg.Client({ host, user: "postgres" });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (running.exitCode !== null) throw error;
      await setTimeout(20); // it is still starting
    }
  }
  return {
    host,
    async stop() {
      running.kill("SIGINT");
      await ended;
      rmSync(host, { recursive: true });
    },
  };
}
