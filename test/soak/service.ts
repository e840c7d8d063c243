"use raii";
import { createReadStream, readdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { raii, resource, withTimeout } from "ts-raii";
import { advisoryLock, AdvisoryLockError, transaction, withTransaction } from "ts-raii/database";
import { listening, lockFileAsync, stream, tempDirAsync } from "ts-raii/node";

// A service of annotated handlers. It is compiled by the test, which runs it as a process of its own, sends requests of every
// kind to it and asks it what it holds.

/** How many were acquired, and not released yet or not collected yet. */
const counts = { acquired: 0, released: 0, alive: 0 };
const collected = new FinalizationRegistry<undefined>(() => void counts.alive--);

/** Stands for what every handler holds for the time of its request. */
const counted = resource(
  () => {
    const handle = { of: "a request" };
    counts.acquired++;
    counts.alive++;
    collected.register(handle, undefined);
    return handle;
  },
  () => void counts.released++,
);

type Handler = (url: URL, response: ServerResponse, request: IncomingMessage) => Promise<unknown>;

const handlersOf = (pool: pg.Pool, folder: string): Record<string, Handler> => ({
  /** Moves money, again when another one comes in between; the scope fails when an account has too little. */
  async "/transfer"(url) {
    raii(counted);
    const [from, to, amount] = ["from", "to", "amount"].map((name) => Number(url.searchParams.get(name)));
    await withTransaction(
      pool,
      async (tx) => {
        await tx.query("update accounts set balance = balance + $1 where id = $2", [amount, to]);
        await tx.query("update accounts set balance = balance - $1 where id = $2", [amount, from]);
      },
      { isolation: "serializable", attempts: 100, delay: 1, maxDelay: 20 },
    );
    return "moved";
  },

  /** Of each a savepoint, some of which fail. */
  async "/notes"(url) {
    raii(counted);
    const tx = await raii(transaction(pool));
    let failed = 0;
    for (const id of url.searchParams.getAll("id")) {
      try {
        const row = await raii(transaction(tx));
        await row.query("insert into notes values ($1)", [id]);
      } catch {
        failed++;
      }
    }
    await tx.query("delete from notes where id = any($1)", [url.searchParams.getAll("id")]);
    return `${failed} failed`;
  },

  /** A file that is written, locked, sent and removed; the client may go away in between. */
  async "/report"(_, response) {
    raii(counted);
    const work = await raii(tempDirAsync("report-", { parent: folder }));
    await raii(lockFileAsync(join(work, "lock")));
    const { rows } = await pool.query("select sum(balance)::int as total from accounts");
    const path = join(work, "report.txt");
    writeFileSync(path, `${rows[0].total}\n`.repeat(20_000));
    const file = await raii(stream(createReadStream(path)));
    await pipeline(file, response);
  },

  /** Only one at a time; the others give up soon. */
  async "/nightly"(url) {
    raii(counted);
    const lock = advisoryLock(pool, "nightly", { wait: 20 });
    const held = url.searchParams.has("abandon") ? advisoryLock(pool, "nightly") : lock;
    const client = await raii(withTimeout(held, { acquire: 30 }));
    await client.query("select pg_sleep(0.005)");
    return "done";
  },

  /** The server ends its session. */
  async "/lost"() {
    raii(counted);
    const tx = await raii(transaction(pool));
    await tx.query("insert into notes values (-1)");
    await tx.query("select pg_terminate_backend(pg_backend_pid())");
  },

  async "/bug"() {
    raii(counted);
    const tx = await raii(transaction(pool));
    await tx.query("insert into notes values (-2)");
    throw new Error("bug");
  },
});

function statusOf(error: unknown): number {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  if (error instanceof AdvisoryLockError || name === "TimeoutError") return 503;
  return code === "23514" ? 409 : 500; // 23514: an account has too little
}

/** What is open at the moment, of which nothing may be more after a minute. */
function report(pool: pg.Pool, folder: string) {
  globalThis.gc!();
  return {
    ...counts,
    heap: process.memoryUsage().heapUsed,
    descriptors: process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0,
    timers: process.getActiveResourcesInfo().filter((each) => each === "Timeout").length,
    files: readdirSync(folder).length,
    clients: [pool.totalCount - pool.idleCount, pool.waitingCount],
  };
}

async function serve(): Promise<void> {
  const folder = await raii(tempDirAsync("ts-raii-soak-", { parent: tmpdir() }));
  const pool = await raii(
    resource(
      () =>
        new pg.Pool({
          host: "127.0.0.1",
          port: Number(process.env.PGPORT),
          user: "postgres",
          database: "soak",
          max: 8,
        }),
      (each) => each.end(),
    ),
  );
  const handlers = handlersOf(pool, folder);
  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://service");
    handlers[url.pathname]!(url, response, request).then(
      (answer) => response.writableEnded || response.end(answer),
      (error: unknown) => {
        if (response.headersSent) return void response.destroy();
        response.statusCode = statusOf(error);
        response.end(String(error));
      },
    );
  });
  const { port } = await raii(listening(server, { port: 0, host: "127.0.0.1" }));
  const asked = new Promise<void>((resolve) =>
    process.on("message", (message) => {
      if (message === "stop") resolve();
      else process.send!({ report: report(pool, folder) });
    }),
  );
  process.send!({ port });
  await asked;
}

await serve();
process.disconnect();
