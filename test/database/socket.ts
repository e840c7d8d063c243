import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import pg from "pg";
import type { Database } from "./pglite.ts";

/** PGlite behind its wire protocol on loopback, as `pg` needs it. It serves several connections by turns, one session. */
export async function serve(database: Database): Promise<{ port: number; stop(): Promise<void> }> {
  const { PGLiteSocketServer } = (await import("@electric-sql/pglite-socket" as string)) as {
    PGLiteSocketServer: new (options: object) => {
      start(): Promise<void>;
      stop(): Promise<void>;
      getServerConn(): string;
    };
  };
  const server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port: 0, maxConnections: 20 });
  await server.start();
  return { port: Number(server.getServerConn().split(":")[1]), stop: () => server.stop() };
}

export interface Proxy {
  readonly port: number;
  /** Cuts the connection of the client that next sends this text: before it goes on, or when it has been answered. */
  cut(text: string, when: "before" | "after"): void;
  /** Cuts all connections. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** Stands between clients and a server, to lose their connection at a chosen moment. */
export async function proxy(to: number): Promise<Proxy> {
  let cutting: { text: string; when: "before" | "after" } | undefined;
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    let isAnswerCut = false;
    sockets.add(client);
    const end = (): void => {
      sockets.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
    client.on("data", (data) => {
      if (cutting !== undefined && data.includes(cutting.text)) {
        isAnswerCut = true;
        const { when } = cutting;
        cutting = undefined;
        if (when === "before") return end();
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (isAnswerCut) end();
      else client.write(data);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut: (text, when) => (cutting = { text, when }),
    cutAll: () => sockets.forEach((socket) => socket.destroy()),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

export function poolOn(port: number, max = 2, database = "postgres"): pg.Pool {
  return new pg.Pool({ host: "127.0.0.1", port, user: "postgres", database, max });
}

/** Makes an empty database on a server of the tests: their files run at the same time, and locks belong to a database. */
export async function createDatabase(port: number, name: string): Promise<void> {
  const pool = poolOn(port, 1);
  await pool.query(`drop database if exists ${name} with (force)`);
  await pool.query(`create database ${name}`);
  await pool.end();
}
