import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import pg from "pg";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, poolOn } from "../database/socket.ts";
import { compile, lowerings } from "../harness/compile.ts";

// Annotated handlers under load: nothing of them is left, and no money is lost. `SOAK` says for how many seconds, by
// default a minute, half of it for each lowering.

const port = inject("postgres");
const seconds = Number(process.env.SOAK ?? 60) / lowerings.length;
const accounts = 6;
const workers = 11; // each sends requests of every kind

interface Report {
  readonly acquired: number;
  readonly released: number;
  readonly alive: number;
  readonly heap: number;
  readonly descriptors: number;
  readonly timers: number;
  readonly files: number;
  readonly clients: readonly [number, number];
}

/** The service as a process of its own. */
async function start(lowering: (typeof lowerings)[number]): Promise<{ child: ChildProcess; port: number }> {
  const { code, diagnostics } = compile(readFileSync(join(import.meta.dirname, "service.ts"), "utf8"), {
    lowering,
    compilerOptions: { module: ts.ModuleKind.ESNext },
  });
  expect(diagnostics).toEqual([]);
  const folder = join(import.meta.dirname, "../../.tmp/soak");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${lowering}.mjs`);
  writeFileSync(file, code);
  const child = fork(file, {
    execArgv: ["--expose-gc"],
    env: { ...process.env, PGPORT: String(port) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [message] = await once(child, "message");
  return { child, port: (message as { port: number }).port };
}

async function ask(child: ChildProcess): Promise<Report> {
  child.send("report");
  const [message] = await once(child, "message");
  return (message as { report: Report }).report;
}

/** Sends one request. @returns the status; 0 where the client itself has gone away. */
function request(agent: Agent, url: string, abortAfter?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (response) => {
      let received = 0;
      response.on("data", (data: Buffer) => {
        received += data.length;
        if (abortAfter !== undefined && received >= abortAfter) response.destroy();
      });
      response.on("close", () => resolve(response.complete ? response.statusCode! : 0));
      response.on("error", () => {});
    });
    sent.on("error", reject);
  });
}

/** The requests of one round, and the statuses they may have. */
const rounds: readonly (readonly [
  path: (i: number) => string,
  statuses: readonly number[],
  abort?: number,
])[] = [
  [
    (i) => `/transfer?from=${1 + (i % accounts)}&to=${1 + ((i * 5 + 1) % accounts)}&amount=${i % 40}`,
    [200, 409],
  ],
  [(i) => `/notes?id=${10 * i}&id=${10 * i + 1}&id=${10 * i}`, [200]],
  [() => "/report", [200]],
  [() => "/report", [0], 1000],
  [() => "/nightly", [200, 503]],
  [() => "/nightly?abandon", [200, 503]],
  [() => "/lost", [500]],
  [() => "/bug", [500]],
];

/** Sends requests until the time is over. @returns how often each path had each status. */
async function load(to: number, milliseconds: number): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: workers });
  const seen: Record<string, number> = {};
  const end = Date.now() + milliseconds;
  const work = async (worker: number): Promise<void> => {
    for (let i = worker; Date.now() < end; i += workers) {
      const [path, statuses, abort] = rounds[i % rounds.length]!;
      const status = await request(agent, `http://127.0.0.1:${to}${path(i)}`, abort);
      const name = `${path(i).split(/[=0-9]/)[0]} ${status}`;
      seen[name] = (seen[name] ?? 0) + 1;
      expect(statuses, name).toContain(status);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  agent.destroy();
  return seen;
}

describe.skipIf(port === undefined)("annotated HTTP handlers", () => {
  let pool: pg.Pool;
  beforeAll(async () => {
    await createDatabase(port!, "soak");
    pool = poolOn(port!, 1, "soak");
    await pool.query("create table accounts (id int primary key, balance int check (balance >= 0))");
    await pool.query("create table notes (id int primary key)");
  });
  afterAll(() => pool.end());

  it.each(lowerings)(
    "hold nothing when they have answered, %s lowering",
    { timeout: 600_000 },
    async (lowering) => {
      await pool.query("truncate accounts");
      await pool.query("insert into accounts select id, 100 from generate_series(1, $1) id", [accounts]);
      const service = await start(lowering);
      try {
        const warmUp = Math.min(5, seconds / 3) * 1000;
        await load(service.port, warmUp);
        const before = await settled(service.child);
        const seen = await load(service.port, seconds * 1000 - warmUp);
        const after = await settled(service.child);

        const requests = after.acquired - before.acquired;
        console.log(
          `${lowering}: ${requests} requests in ${seconds} s, heap ${before.heap >> 10} KiB → ${after.heap >> 10} KiB, ` +
            `descriptors ${before.descriptors} → ${after.descriptors}\n${JSON.stringify(seen)}`,
        );
        for (const [path, , abort] of rounds)
          expect(Object.keys(seen)).toContainEqual(
            expect.stringMatching(new RegExp(`^${path(0).split(/[=0-9?]/)[0]}.* ${abort ? 0 : ""}`)),
          );
        expect(after.released).toBe(after.acquired);
        expect(after.files).toBe(0);
        // Idle connections of the pool and of clients come and go.
        expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 8 + workers);
        expect(after.timers).toBeLessThanOrEqual(before.timers + 8 + workers);
        // What the requests had held is collected; what else the process keeps is nothing to speak of.
        expect(after.alive).toBeLessThan(Math.max(100, requests / 10));
        expect(after.heap - before.heap).toBeLessThan(4 << 20);

        const { rows } = await pool.query(
          "select sum(balance)::int as total, min(balance)::int as least from accounts",
        );
        expect(rows[0].total).toBe(accounts * 100);
        expect(rows[0].least).toBeGreaterThanOrEqual(0);
        expect((await pool.query("select * from notes")).rows).toEqual([]);
        const open = `select state, query from pg_stat_activity where datname = 'soak' and state <> 'idle' and pid <> pg_backend_pid()`;
        await expect.poll(async () => (await pool.query(open)).rows, { timeout: 60_000 }).toEqual([]);
        // A session whose client has gone away ends once it has got the lock it waited for, and looks idle until then.
        const locks = `select pid, granted, state, query from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory'`;
        await expect.poll(async () => (await pool.query(locks)).rows, { timeout: 10_000 }).toEqual([]);
      } finally {
        service.child.send("stop");
        const [code] = await once(service.child, "exit");
        expect(code).toBe(0);
      }
    },
  );

  /** When all requests have come to their end, and what they held is collected. */
  async function settled(child: ChildProcess): Promise<Report> {
    await expect
      .poll(
        async () => {
          const { acquired, released, clients, files } = await ask(child);
          return { open: acquired - released, clients, files };
        },
        { timeout: 60_000, interval: 100 },
      )
      .toEqual({ open: 0, clients: [0, 0], files: 0 });
    for (let i = 0; i < 5; i++) await ask(child);
    return ask(child);
  }
});
