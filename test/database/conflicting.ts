import type pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { useDatabase } from "./pglite.ts";
import { poolOn, type Proxy, proxy, serve } from "./socket.ts";

export interface Conflicts {
  /** Goes through `between`. */
  readonly pool: pg.Pool;
  readonly between: Proxy;
  readonly others: pg.Pool;
}

/**
 * A database whose function `conflict(code, failures)` raises what PostgreSQL raises, as often as `failures` says: at once,
 * or, with a row in `late`, by the COMMIT. Its tables are empty at the beginning of each test.
 */
export function useConflicts(): Conflicts {
  const database = useDatabase(`
    create table notes (id int primary key);
    create table doctors (name text primary key, on_call boolean);
    create sequence calls;
    create function conflict(code text, failures int) returns void language plpgsql as $$
      begin
        if nextval('calls') <= failures then raise exception 'conflict' using errcode = code; end if;
      end $$;
    create table late (code text, failures int);
    create function conflict_late() returns trigger language plpgsql as $$
      begin perform conflict(new.code, new.failures); return null; end $$;
    create constraint trigger late after insert on late deferrable initially deferred
      for each row execute function conflict_late();
  `);
  let server: Awaited<ReturnType<typeof serve>>;
  const it = {} as { -readonly [K in keyof Conflicts]: Conflicts[K] };

  beforeAll(async () => {
    server = await serve(database());
    it.between = await proxy(server.port);
    it.pool = poolOn(it.between.port);
    it.others = poolOn(server.port);
  });
  afterAll(async () => {
    await Promise.all([it.pool.end(), it.others.end()]);
    await it.between.stop();
    await server.stop();
  });
  beforeEach(async () => {
    await it.others.query("truncate notes, late, doctors");
    await it.others.query("alter sequence calls restart");
  });
  return it;
}
