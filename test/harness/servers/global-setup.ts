import type { TestProject } from "vitest/node";
import { findPrograms } from "./find-programs.ts";
import { mariadb } from "./mariadb.ts";
import { postgres } from "./postgres.ts";
import { type PrivateServer, startServer } from "./private-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The ports of the servers; not there where the machine does not have the server. */
    postgres: number | undefined;
    mariadb: number | undefined;
  }
}

/** Starts the servers that this machine has, once for all test files, and says which it does not have. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers: PrivateServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (const [name, needed, make] of [
      ["postgres", ["initdb", "postgres"], postgres],
      ["mariadb", ["mariadbd"], mariadb],
    ] as const) {
      const programs = findPrograms(needed);
      if (programs === undefined) {
        console.log(
          `skipped: this machine has no ${needed.join(", ")}, which what is tested on ${name} needs`,
        );
        project.provide(name, undefined);
        continue;
      }
      const server = await startServer(make(programs));
      servers.push(server);
      project.provide(name, server.port);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
