import { join } from "node:path";
import pg from "pg";
import type { ServerProgram } from "./private-server.ts";

/** PostgreSQL. Only its user `postgres` can log in, without a password, and only from this machine. */
export function postgres(programs: string): ServerProgram {
  return {
    name: "postgres",
    create: (folder) => [
      join(programs, "initdb"),
      ...["-D", join(folder, "data"), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"],
    ],
    run: (folder, port) => [
      join(programs, "postgres"),
      ...["-D", join(folder, "data"), "-k", folder, "-p", String(port), "-F"],
      ...["-c", "listen_addresses=127.0.0.1", "-c", "deadlock_timeout=50ms", "-c", "max_connections=40"],
    ],
    async connect(port) {
      const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
      await client.connect();
      await client.end();
    },
  };
}
