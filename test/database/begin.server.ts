// A `begin` of several statements of which one fails: what was begun by then must not stay open.
import { createConnection as connectMariadb } from "mariadb";
import { createConnection as connectMysql2 } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { transaction } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { createDatabase } from "./socket.ts";
import { using } from "./using.ts";

const ports = { postgres: inject("postgres"), mariadb: inject("mariadb") };
const texts = { postgres: "begin; select nonsense", mariadb: "start transaction; select nonsense" };

interface Client {
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}
const login = { host: "127.0.0.1", user: "root", database: "test", multipleStatements: true };

const kinds: { name: string; server: "postgres" | "mariadb"; connect(port: number): Promise<Client> }[] = [
  {
    name: "node-postgres",
    server: "postgres",
    async connect(port) {
      const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "begins" });
      await client.connect();
      return client;
    },
  },
  {
    name: "mysql2",
    server: "mariadb",
    connect: (port) => connectMysql2({ ...login, port }) as Promise<unknown> as Promise<Client>,
  },
  {
    name: "mariadb",
    server: "mariadb",
    connect: (port) => connectMariadb({ ...login, port }) as Promise<unknown> as Promise<Client>,
  },
];

beforeAll(async () => {
  if (ports.postgres !== undefined) await createDatabase(ports.postgres, "begins");
});

for (const { name, server, connect } of kinds) {
  const port = ports[server];
  describe.skipIf(port === undefined)(`a begin of several statements with ${name}`, () => {
    let client: Client;
    let other: Client;
    beforeAll(async () => {
      [client, other] = [await connect(port!), await connect(port!)];
      await other.query("drop table if exists begun");
      await other.query("create table begun (id int primary key)");
    });
    afterAll(() => Promise.all([client.end(), other.end()]));
    beforeEach(() => other.query("delete from begun"));

    const ids = async (): Promise<unknown> =>
      JSON.parse(/\[(\{"id":\d\},?)*\]/.exec(JSON.stringify(await other.query("select id from begun")))![0]);

    it.each([
      ["as it is", () => client],
      // So that not even node-postgres tells whether it is in one.
      ["behind an object that only sends", () => ({ query: (sql: string) => client.query(sql) })],
    ])("that fails half-way is taken back: %s", async (_, from) => {
      const used = from();
      const begin = texts[server];
      const { error } = await rejectedBy(using(transaction(used, { begin }), () => expect.fail("begun")));
      expect(String(error)).toContain("nonsense");
      // What is sent next is no part of it.
      await client.query("insert into begun values (1)");
      expect(await ids()).toEqual([{ id: 1 }]);
      await using(transaction(used), () => client.query("insert into begun values (2)"));
      expect(await ids()).toEqual([{ id: 1 }, { id: 2 }]);
    });
  });
}
