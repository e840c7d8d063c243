import { describe, expect, it } from "vitest";
import { stepping } from "../../runtime/core/step.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { inVirtualTime } from "./virtual-time.ts";

/*
 * Scenes under a cancel scope, in both lowerings, in virtual time. `log` writes what happens; `sleep` waits; `res` is a resource
 * that says so when it is released, and takes a millisecond for it.
 */

const head = `
import { raii, deadline, cancelOn, shield, signal, detached, interruptible, suppress, resource, all, TimeoutError } from "ts-raii";
const forever = () => new Promise<never>(() => {});
`;

interface Scene {
  readonly body: string;
  readonly log: readonly string[];
}

const scenes: Readonly<Record<string, Scene>> = {
  "an await that never settles is left, and all is released": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      const a = raii(res("a"));
      const b = await raii(res("b"));
      try { await forever(); } finally { log("finally"); }
      log("not reached");
    }`,
    log: ["10 finally", "10 -b cancelled", "11 -a cancelled", "11 TimeoutError"],
  },
  "outside of its scope it is an error like any other": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      const a = raii(res("a"));
      { raii(suppress(TimeoutError)); raii(deadline(10)); const b = raii(res("b")); await sleep(99); }
      log("goes on");
      await sleep(1);
      raii(deadline(5));
      await sleep(50);
    }`,
    log: ["10 -b cancelled", "10 goes on", "16 -a failed", "16 TimeoutError"],
  },
  "inside nothing suppresses it": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      { raii(suppress(TimeoutError)); await sleep(99); }
      log("not reached");
    }`,
    log: ["10 TimeoutError"],
  },
  "every later await throws again, and a loop that swallows it does not freeze the process": {
    body: `export async function main({ log, sleep }) {
      "use raii";
      raii(deadline(10));
      for (let turn = 0; turn < 3; turn++) try { await sleep(20); } catch (error) { log(error.name); }
      await 1;
    }`,
    log: ["10 TimeoutError", "10 TimeoutError", "10 TimeoutError", "10 TimeoutError"],
  },
  "a plain function between runs its finally before the parent goes on": {
    body: `async function child({ log, sleep, res }) {
      "use raii";
      const c = await raii(res("child"));
      await forever();
    }
    async function plain(tools) { try { await child(tools); } finally { tools.log("plain"); } }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      const a = await raii(tools.res("parent"));
      await plain(tools);
    }`,
    log: ["10 -child cancelled", "11 plain", "11 -parent cancelled", "12 TimeoutError"],
  },
  "a function that acquires nothing is cancelled, too": {
    body: `async function child({ log }) {
      "use raii";
      try { await forever(); } finally { log("child"); }
    }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      await child(tools);
    }`,
    log: ["10 child", "10 TimeoutError"],
  },
  "signals abort first": {
    body: `export async function main({ log, sleep }) {
      "use raii";
      raii(deadline(10));
      const inside = signal();
      inside.addEventListener("abort", () => log("aborted " + inside.reason.name));
      try { await forever(); } finally { log("finally"); }
    }`,
    log: ["10 aborted TimeoutError", "10 finally", "10 TimeoutError"],
  },
  "signal() in a callback means the scope around its place, whenever it is called": {
    body: `export async function main({ log, sleep }) {
      "use raii";
      const asked = [];
      raii(suppress(TimeoutError));
      raii(deadline(50));
      { raii(suppress(TimeoutError)); raii(deadline(10)); asked.push(() => signal()); await sleep(99); }
      asked.push(() => (() => signal())());
      log(asked.map((ask) => ask().aborted).join());
      await Promise.resolve().then(() => log("then " + signal().aborted));
      const late = asked[1]();
      try { await sleep(99); } finally { log("late " + late.aborted); }
    }`,
    log: ["10 true,false", "10 then false", "50 late true", "50 ended"],
  },
  "without a scope it never aborts": {
    body: `export async function main({ log }) {
      "use raii";
      log(signal().aborted);
      log((() => signal().aborted)());
      await 1;
    }`,
    log: ["0 false", "0 false", "0 ended"],
  },
  "a shield in a finally": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      try { await forever(); } finally { raii(shield()); await sleep(5); log("reported"); }
    }`,
    log: ["15 reported", "15 TimeoutError"],
  },
  "in a scope that is cancelled nothing is acquired": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      try { await forever(); } catch { raii(res("late")); }
    }`,
    log: ["10 TimeoutError"],
  },
  "what is acquired meanwhile is held; the next await throws": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      const a = await raii(res("a", 20));
      log("held");
      await 1;
      log("not reached");
    }`,
    log: ["20 held", "20 -a cancelled", "21 TimeoutError"],
  },
  "what takes too long to be acquired is released when it arrives": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10, { acquire: 5 }));
      const a = await raii(res("a", 20));
    }`,
    log: ["15 TimeoutError", "20 -a cancelled"],
  },
  "interruptible() is not waited for": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10));
      const a = await raii(interruptible(res("a", 20)));
    }`,
    log: ["10 TimeoutError", "20 -a cancelled"],
  },
  "what takes too long to be released is named, and the others go on": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      raii(deadline(10, { release: 5 }));
      const a = raii(resource(() => 1, () => log("-a")));
      const b = await raii(resource(() => 1, () => forever(), "stuck"));
      const c = await raii(res("c"));
      await forever();
    }`,
    log: ["10 -c cancelled", "15 -a", "15 SuppressedError releasing stuck"],
  },
  "an acquisition calls functions that are not cancelled with it": {
    body: `async function connect({ log, sleep }) { "use raii"; await sleep(20); log("connected"); return 1; }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      const a = await raii(resource(() => connect(tools), () => tools.log("closed")));
      await forever();
    }`,
    log: ["20 connected", "20 closed", "20 TimeoutError"],
  },
  "a release calls functions that are not cancelled": {
    body: `async function flush({ log, sleep }) { "use raii"; await sleep(20); log("flushed"); }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      const a = await raii(resource(() => 1, () => flush(tools)));
      await forever();
    }`,
    log: ["30 flushed", "30 TimeoutError"],
  },
  "detached() runs outside": {
    body: `async function audit({ log, sleep }) { "use raii"; await sleep(20); log("audited"); }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      void detached(() => audit(tools));
      await forever();
    }`,
    log: ["10 TimeoutError", "20 audited"],
  },
  "scopes nest in the order of release": {
    body: `export async function main({ log, sleep }) {
      "use raii";
      const outer = new AbortController(), inner = new AbortController();
      try {
        await run();
      } catch (error) { log("threw " + error); }
      async function run() {
        "use raii";
        {
          raii(cancelOn(inner.signal));
          var x = raii(cancelOn(outer.signal));
          inner.abort("inner"); outer.abort("outer");
          await 1;
        }
      }
    }`,
    log: ["0 threw outer", "0 ended"],
  },
  "of several the outermost counts, also when it comes later": {
    body: `export async function main({ log, sleep, res }) {
      "use raii";
      const a = await raii(res("a"));
      raii(deadline(12));
      const b = await raii(res("b"));
      try {
        raii(deadline(10));
        const c = await raii(resource(() => 1, async (_, exit) => { await sleep(5); log("-c " + exit.kind + " " + exit.reason?.milliseconds); }));
        await forever();
      } catch (error) { log(error.milliseconds); throw error; }
    }`,
    log: ["15 -c cancelled 10", "15 12", "15 -b cancelled", "16 -a failed", "17 TimeoutError"],
  },
  "another error is itself": {
    body: `export async function main({ log, res }) {
      "use raii";
      raii(deadline(10));
      const a = await raii(res("a"));
      try { await forever(); } catch { throw new RangeError("other"); }
    }`,
    log: ["10 -a failed", "11 RangeError"],
  },
  "swallowed, and ended without an await, it succeeds": {
    body: `export async function main({ log, res }) {
      "use raii";
      raii(deadline(10));
      const a = await raii(res("a"));
      try { await forever(); } catch {}
    }`,
    log: ["10 -a succeeded", "11 ended"],
  },
  "an iterator whose next() hangs is closed, and not waited for": {
    body: `export async function main({ log }) {
      "use raii";
      raii(deadline(10));
      const lines = { [Symbol.asyncIterator]: () => ({ next: () => forever(), return() { log("return"); return forever(); } }) };
      for await (const line of lines) log("line");
    }`,
    log: ["10 return", "10 TimeoutError"],
  },
  "an async generator is cancelled where it is asked": {
    body: `async function* lines({ log, sleep, res }) {
      "use raii";
      const a = await raii(res("lines"));
      for (let line = 0; ; line++) { yield line; await sleep(8); }
    }
    export async function main(tools) {
      "use raii";
      const all = lines(tools);
      raii(deadline(20));
      for await (const line of all) tools.log(line);
    }`,
    log: ["0 0", "8 1", "16 2", "20 -lines cancelled", "21 TimeoutError"],
  },
  "one that stands at a yield is not waited for, and is closed by the loop": {
    body: `async function* lines({ log, sleep, res }) {
      "use raii";
      const a = await raii(res("lines"));
      try { yield 1; } finally { log("closed"); }
    }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      for await (const line of lines(tools)) await forever();
    }`,
    log: ["10 closed", "10 -lines cancelled", "11 TimeoutError"],
  },
  "an async generator has a deadline of its own, over its yields": {
    body: `async function* lines({ log, sleep, res }) {
      "use raii";
      raii(deadline(20));
      const a = await raii(res("lines"));
      for (let line = 0; ; line++) { yield line; await sleep(8); }
    }
    export async function main({ log, sleep, res }) {
      "use raii";
      try { for await (const line of lines({ log, sleep, res })) log(line); } catch (error) { log("threw " + error.name); }
      await 1;
    }`,
    log: ["0 0", "8 1", "16 2", "20 -lines cancelled", "21 threw TimeoutError", "21 ended"],
  },
  "an async generator delegates": {
    body: `async function* inner({ log, sleep, res }) {
      "use raii";
      const a = await raii(res("inner"));
      yield 1; await sleep(30); yield 2;
    }
    async function* outer(tools) {
      "use raii";
      const a = await raii(tools.res("outer"));
      yield 0;
      yield* inner(tools);
    }
    export async function main(tools) {
      "use raii";
      raii(deadline(10));
      for await (const line of outer(tools)) tools.log(line);
    }`,
    log: ["0 0", "0 1", "10 -inner cancelled", "11 -outer cancelled", "12 TimeoutError"],
  },
  "a deadline that is past, and a signal that has aborted, cancel at the next await": {
    body: `export async function main({ log, res }) {
      "use raii";
      try { await past(); } catch (error) { log(error.name); }
      raii(cancelOn(AbortSignal.abort(new RangeError("gone"))));
      log("goes on");
      await 1;
      async function past() { "use raii"; raii(deadline(new Date(0))); log("goes on"); await 1; }
    }`,
    log: ["0 goes on", "0 TimeoutError", "0 goes on", "0 RangeError"],
  },
  "where nothing can be cancelled it is a TypeError": {
    body: `function sync() { "use raii"; raii(deadline(5)); }
    export async function main({ log }) {
      "use raii";
      try { sync(); } catch (error) { log(error.name); }
      try { await raii(all([deadline(5)])); } catch (error) { log(error.name); }
      await 1;
    }`,
    log: ["0 TypeError", "0 TypeError", "0 ended"],
  },
};

describe.each(lowerings)("under the %s lowering", (lowering) => {
  it.each(Object.entries(scenes))("%s", async (_, { body, log: expected }) => {
    const { main } = evaluate(compile(head + body, { lowering }).code) as {
      main: (tools: object) => Promise<void>;
    };
    const entries: string[] = [];
    await inVirtualTime(async (now) => {
      const log = (event: unknown): void => void entries.push(`${now()} ${String(event)}`);
      const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
      const res = (name: string, ms = 0): object => createResource(name, ms, log, sleep);
      try {
        await main({ log, sleep, res });
        log("ended");
      } catch (error) {
        const { name, error: later } = error as {
          name: string;
          error?: { phase?: string; resource?: string };
        };
        log(later === undefined ? name : `${name} releasing ${later.resource}`);
      }
    });
    expect(entries).toEqual(expected);
    expect(stepping.context).toBe(undefined);
  });
});

function createResource(
  name: string,
  ms: number,
  log: (event: unknown) => void,
  sleep: (ms: number) => Promise<void>,
): object {
  const end = (exit: { kind: string }): Promise<void> => {
    log(`-${name} ${exit.kind}`);
    return sleep(1);
  };
  const acquisition = { handle: name, release: end };
  const key = Symbol.for("ts-raii.acquire");
  return { name, [key]: () => (ms === 0 ? acquisition : sleep(ms).then(() => acquisition)) };
}
