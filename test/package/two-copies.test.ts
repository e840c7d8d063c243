import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../database/pglite.ts";

/*
 * An application that is an ES module may have a dependency that is CommonJS, and both use ts-raii: then its process has
 * two copies of the package. What the one has made works in the other as in its own.
 */

type Runtime = typeof import("../../runtime/index.ts");
type Node = typeof import("../../runtime/node/index.ts");
type Database = typeof import("../../runtime/database/index.ts");
interface Copy {
  readonly runtime: Runtime;
  readonly node: Node;
  readonly database: Database;
}

const root = join(import.meta.dirname, "../..");
const folder = join(root, "dist/runtime");
const require = createRequire(import.meta.url);
const imported = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, "esm", name)).href);
const cjs: Copy = {
  runtime: require(join(folder, "cjs/index.js")) as Runtime,
  node: require(join(folder, "cjs/node.js")) as Node,
  database: require(join(folder, "cjs/database.js")) as Database,
};
const esm: Copy = {
  runtime: (await imported("index.js")) as Runtime,
  node: (await imported("node.js")) as Node,
  database: (await imported("database.js")) as Database,
};

const failing = (name: string) => ({
  name,
  [Symbol.dispose]() {
    throw new Error(name);
  },
});
const caught = (body: () => unknown): unknown => {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

it("there are two", () => {
  expect(cjs.runtime.run).not.toBe(esm.runtime.run);
  expect(cjs.node.stream).not.toBe(esm.node.stream);
  expect(cjs.database.transaction).not.toBe(esm.database.transaction);
});

it("they share one object", () => {
  const key = esm.runtime.Resource.acquire as unknown as keyof typeof globalThis;
  expect(Symbol.keyFor(key as unknown as symbol)).toBe("ts-raii.acquire");
  expect(globalThis[key]).toBeInstanceOf(WeakMap);
  expect(Object.keys(globalThis[key] as object)).toEqual(
    expect.arrayContaining(["next", "guard", "started", "abandonment", "connections", "levels", "unheard"]),
  );
  expect(() => esm.runtime.run(() => esm.runtime.acquire(globalThis as never))).toThrow("it is no resource");
});

const database = useDatabase("create table entry (name text)");

describe.each([
  ["CommonJS in an ES module", cjs, esm],
  ["an ES module in CommonJS", esm, cjs],
])("%s", (_, inner, outer) => {
  it("a combined error is combined further", () => {
    const fail = (first: Copy, second: Copy) =>
      caught(() =>
        second.runtime.run(function* () {
          for (const name of ["e", "d", "c"]) yield* second.runtime.acquire(failing(name));
          first.runtime.run(function* () {
            yield* first.runtime.acquire(failing("b"));
            throw new Error("a");
          });
        }),
      ) as Error;
    const { message, cause } = fail(inner, outer);
    expect(message).toBe(fail(outer, outer).message);
    expect(message).toContain("5 errors in all");
    expect(cause).toMatchObject({ message: "a" });
  });

  it.each([
    ["runtime", "ClosedError", ["pool", "use of"]],
    ["runtime", "RetryError", ["resource", 2, [new Error("first")]]],
    ["runtime", "TimeoutError", ["resource", "acquire", 5]],
    ["node", "LockHeldError", [{ path: "lock", waited: 0 }]],
    ["database", "AdvisoryLockError", ["key", "not held"]],
    ["database", "TransactionError", ["it failed"]],
  ] as const)("%s: instanceof takes a %s of the other one", (entry, name, args) => {
    type Class = new (...args: readonly unknown[]) => Error;
    const classOf = (copy: Copy) => (copy[entry] as unknown as Record<string, Class>)[name]!;
    const [Theirs, Ours] = [classOf(inner), classOf(outer)];
    class OfProgram extends Ours {}
    class OfDependency extends Theirs {}
    expect(new Theirs(...args)).toBeInstanceOf(Ours);
    expect(new OfDependency(...args)).toBeInstanceOf(Ours);
    expect(new OfProgram(...args)).toBeInstanceOf(OfProgram);
    expect(new OfProgram(...args)).toBeInstanceOf(Ours);
    expect(new Theirs(...args)).not.toBeInstanceOf(OfProgram);
    expect(new Theirs(...args)).not.toBeInstanceOf(outer.runtime.UntransformedError);
    expect(Object.assign(new Error("of somebody else"), { name })).not.toBeInstanceOf(Ours);
    for (const value of [undefined, null, name] as readonly unknown[])
      expect(value instanceof Ours).toBe(false);
  });

  it("a program runs once", () => {
    const program = (function* () {})();
    inner.runtime.run(() => program as never);
    const again = (function* (): Generator<never, void> {})();
    inner.runtime.run(again);
    expect(() => outer.runtime.run(again)).toThrow("this program has been run before");
  });

  it("a part of an async program is of the other one", async () => {
    const log: string[] = [];
    const { acquireAsync, awaited } = inner.runtime;
    const opened = inner.runtime.resource(
      async () => "handle",
      async () => void log.push("released"),
    );
    function* part() {
      log.push(yield* acquireAsync(opened));
      log.push(yield* awaited(Promise.resolve("awaited")));
    }
    await outer.runtime.runAsync(function* () {
      yield* part();
      log.push("end");
    });
    expect(log).toEqual(["handle", "awaited", "end", "released"]);
  });

  it("a synchronous program is told that it cannot wait, and the next one is not disturbed", () => {
    const waits = function* () {
      yield* inner.runtime.awaited(Promise.resolve());
    };
    expect(() => outer.runtime.run(waits as never)).toThrow("run() cannot wait");
    for (const { runtime } of [inner, outer]) {
      const held = { [Symbol.dispose]() {} };
      expect(runtime.run(() => runtime.acquire(held))).toBe(held);
    }
  });

  it("what is abandoned tries no more", async () => {
    let attempts = 0;
    const failingAlways = inner.runtime.resource(
      async () => {
        attempts++;
        throw new Error("not yet");
      },
      () => {},
    );
    const retried = inner.runtime.retry(failingAlways, { attempts: Infinity, delay: 5, factor: 1 });
    const { withTimeout, acquireAsync, runAsync, TimeoutError } = outer.runtime;
    const result = runAsync(function* () {
      yield* acquireAsync(withTimeout(retried, { acquire: 50 }));
    });
    await expect(result).rejects.toBeInstanceOf(TimeoutError);
    const before = attempts;
    await sleep(100);
    expect(attempts).toBe(before);
  });

  it("an error that nobody hears is thrown by both releases, although the other one listens", async () => {
    const stream = new PassThrough();
    const result = outer.runtime.runAsync(function* () {
      yield* outer.runtime.acquireAsync(outer.node.stream(stream));
      yield* inner.runtime.acquireAsync(inner.node.stream(stream));
      stream.destroy(new Error("unheard"));
      yield* outer.runtime.awaited(sleep(20));
    });
    await expect(result).rejects.toThrow("unheard");
  });

  it("an error that nobody catches ends the programs of both", () => {
    const file = (copy: Copy) =>
      JSON.stringify(pathToFileURL(join(folder, copy === cjs ? "cjs/node.js" : "esm/node.js")).href);
    const code = `
      import { main as one } from ${file(inner)};
      import { main as other } from ${file(outer)};
      const program = (name) => (signal) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(console.log(name, "aborted"))));
      one(program("one"));
      other(program("other"));
      setTimeout(() => { throw new Error("uncaught"); });
      setTimeout(() => process.exit(3), 10_000).unref();`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
    });
    expect(stdout).toContain("one aborted");
    expect(stdout).toContain("other aborted");
    expect(status).toBe(1);
  });

  describe("a database", () => {
    it("nests a transaction in one of the other, as a savepoint", async () => {
      const db = database();
      await db.exec("truncate entry");
      await outer.runtime.runAsync(function* () {
        const tx = yield* outer.runtime.acquireAsync(outer.database.transaction(db));
        yield* outer.runtime.awaited(tx.query("insert into entry values ('kept')"));
        const nested = inner.runtime.runAsync(function* () {
          const level = yield* inner.runtime.acquireAsync(inner.database.transaction(tx));
          yield* inner.runtime.awaited(level.query("insert into entry values ('rolled back')"));
          throw new Error("roll back");
        });
        yield* outer.runtime.awaited(nested.catch(() => {}));
      });
      expect((await db.query("select name from entry")).rows).toEqual([{ name: "kept" }]);
    });

    it("tells the refusal of a transaction by its class", async () => {
      const db = database();
      let refusal: unknown;
      await outer.runtime.runAsync(function* () {
        const tx = yield* outer.runtime.acquireAsync(outer.database.transaction(db));
        const over = inner.runtime.runAsync(() => inner.runtime.acquireAsync(inner.database.transaction(db)));
        refusal = yield* outer.runtime.awaited(over.catch((error: unknown) => error));
        yield* outer.runtime.awaited(tx.query("select 1")); // the refusal has not touched the transaction
      });
      expect(refusal).toBeInstanceOf(outer.database.TransactionError);
      expect(refusal).toBeInstanceOf(inner.database.TransactionError);
      expect((refusal as Error).message).toMatch(/^ts-raii: (?!a transaction could not be begun)/);
    });

    it("refuses a second transaction on a client that is in one of the other", async () => {
      const db = database();
      await outer.runtime.runAsync(function* () {
        yield* outer.runtime.acquireAsync(outer.database.transaction(db));
        const second = inner.runtime.runAsync(() =>
          inner.runtime.acquireAsync(inner.database.transaction(db)),
        );
        yield* outer.runtime.awaited(expect(second).rejects.toThrow("is in a transaction already"));
      });
    });
  });
});
