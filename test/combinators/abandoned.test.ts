// Whoever is abandoned (its time is over, another one has won, its owner has closed) begins nothing new.
import { describe, expect, it, vi } from "vitest";
import {
  all,
  type AsyncResource,
  flatMap,
  memoize,
  pool,
  race,
  recover,
  resource,
  retry,
  shared,
  sharedBy,
  swappable,
  TimeoutError,
  withTimeout,
} from "../../runtime/index.ts";
import { lockFile, lockFileAsync } from "../../runtime/node/index.ts";
import { testFolder } from "../node/child.ts";
import { rejectedBy, type Trace } from "../runtime/traced.ts";
import { succeeded, take as acquire, takeNow } from "../sharing/borrowing.ts";
import { useFakeTimers } from "../sharing/fake-timers.ts";
import { after, slow } from "../sharing/slow.ts";

/** Acquires by the protocol, with a `release` that can be called apart from its acquisition. */
const take: typeof acquire = async (it) => {
  const acquisition = await acquire(it);
  return { handle: acquisition.handle, release: (exit) => acquisition.release(exit) };
};

/** Never succeeds; notes each attempt. */
const refusing = (trace: Trace, takes = 0) =>
  resource(
    async () => {
      trace.push("try");
      if (takes > 0) await after(takes);
      throw new Error("refused");
    },
    () => {},
    "db",
  );
const forever = { attempts: Infinity, delay: 10, factor: 1 };

const inner = {
  retry: (trace: Trace) => retry(refusing(trace), forever),
  "retry, in an attempt that takes time": (trace: Trace) => retry(refusing(trace, 7), forever),
  "retry without pauses": (trace: Trace) => retry(refusing(trace, 7), { attempts: 1e9 }),
};

const around: Record<string, (it: AsyncResource<unknown>, trace: Trace) => AsyncResource<unknown>> = {
  nothing: (it) => it,
  all: (it) => all([it]),
  "all of several": (it, trace) => all([slow(trace, 0, 0), it]),
  "all in parallel": (it, trace) => all([slow(trace, 1, 0), it, it], { parallel: true }),
  "flatMap, first": (it) => flatMap(it, () => expect.fail("there is no handle")),
  "flatMap, second": (it, trace) => flatMap(slow(trace, 1, 0), () => it),
  race: (it) => race([it, it]),
  recover: (it) => recover(it, (error) => Promise.reject(error)),
  "recover, second": (it) =>
    recover(
      resource(
        () => Promise.reject("no"),
        () => {},
      ),
      () => it,
    ),
  withTimeout: (it) => withTimeout(it, { acquire: 1e6 }),
  retry: (it) => retry(it, { attempts: 3 }),
  swappable: (it) => swappable(it),
  pool: (it) => pool(it, { max: 2, min: 2 }),
  "a function of the user": (it) =>
    resource(
      () => take(it),
      (held, exit) => held.release(exit),
    ) as never,
};

describe("withTimeout", () => {
  useFakeTimers();

  describe.each(Object.entries(inner))("of %s", (_, makeInner) => {
    it.each(Object.entries(around))("in %s: tries no more after it", async (_, wrap) => {
      const trace: Trace = [];
      const outcome = rejectedBy(take(withTimeout(wrap(makeInner(trace), trace), { acquire: 100 })));
      await vi.advanceTimersByTimeAsync(100);
      const { error } = await outcome;
      expect(error).toBeInstanceOf(TimeoutError);
      const tries = trace.filter((each) => each === "try").length;
      expect(tries).toBeGreaterThan(3);
      await vi.advanceTimersByTimeAsync(7); // an attempt that is under way is not cut short
      expect(vi.getTimerCount()).toBe(0);
      await vi.advanceTimersByTimeAsync(1e5);
      expect(trace.filter((each) => each === "try").length).toBe(tries);
      await (error as TimeoutError).late.catch(() => {}); // it has ended
    });
  });

  it("acquires no more of several when its time is over, and releases what it has", async () => {
    const trace: Trace = [];
    const part = (name: string) =>
      resource(
        async () => {
          trace.push(`+${name}`);
          await after(60);
        },
        (_, exit) => trace.push(`-${name} ${exit.kind}`),
      );
    for (const it of [
      all([part("a"), part("b"), part("c")]),
      flatMap(part("a"), () => flatMap(part("b"), () => part("c"))),
    ]) {
      const outcome = rejectedBy(take(withTimeout(it, { acquire: 100 })));
      await vi.runAllTimersAsync();
      const { late } = (await outcome).error as TimeoutError;
      await late; // that it has stopped is no failure
      expect(trace.splice(0)).toEqual(["+a", "+b", "-b failed", "-a failed"]);
    }
  });

  it("still disposes of what is open already", async () => {
    const trace: Trace = [];
    const open = { [Symbol.dispose]: () => void trace.push("disposed") };
    const outcome = rejectedBy(take(withTimeout(all([slow(trace, 200, 0), open]), { acquire: 100 })));
    await vi.runAllTimersAsync();
    await ((await outcome).error as TimeoutError).late;
    expect(trace).toEqual(["acquiring", "+db", "disposed", "releasing DB, failed", "-db"]);
  });

  it("does not keep a release from retrying", async () => {
    const trace: Trace = [];
    let count = 0;
    const log = retry(
      resource(
        async () => {
          await after(1);
          if (++count < 5) throw new Error("busy");
        },
        () => {},
      ),
      { attempts: 9, delay: 10 },
    );
    const it = resource(
      () => after(150),
      async () => {
        await (await take(log)).release(succeeded);
        trace.push("released");
      },
    );
    const outcome = rejectedBy(take(withTimeout(all([it]), { acquire: 100 })));
    await vi.runAllTimersAsync();
    await ((await outcome).error as TimeoutError).late;
    expect([count, ...trace]).toEqual([5, "released"]);
  });

  it("around one that has its time already is not told of the other's end", async () => {
    const trace: Trace = [];
    const limited = withTimeout(
      retry(withTimeout(refusing(trace, 7), { acquire: 5 }), { ...forever, attempts: 4 }),
      {
        acquire: 1000,
      },
    );
    const outcome = rejectedBy(take(limited));
    await vi.runAllTimersAsync();
    expect((await outcome).error).toMatchObject({ name: "RetryError", attempts: 4 });
    expect(trace.length).toBe(4);
  });

  it("of one who waits for a pool: leaves the queue", async () => {
    const { handle: items, release } = await take(pool(slow([], 0, 0), { max: 1 }));
    const first = take(items);
    await vi.advanceTimersByTimeAsync(1);
    const held = await first;
    const outcome = rejectedBy(take(withTimeout(items, { acquire: 100 })));
    await vi.advanceTimersByTimeAsync(50);
    expect(items.waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(50);
    const { error } = await outcome;
    expect([items.waiting, items.size]).toEqual([0, 1]);
    await (error as TimeoutError).late;
    await held.release(succeeded);
    const closing = release(succeeded);
    await vi.runAllTimersAsync();
    await closing;
  });

  it("of who waits for what is shared: it is tried no more when nobody waits, and anew by the next", async () => {
    const trace: Trace = [];
    let refuses = true;
    const it = resource(
      async () => {
        trace.push("try");
        if (refuses) throw new Error("refused");
        return "handle";
      },
      () => void trace.push("released"),
    );
    for (const open of [
      () => take(shared(retry(it, forever))),
      () => take(memoize(retry(it, forever))),
      async () => {
        const { handle, release } = await take(sharedBy(() => retry(it, forever)));
        return { handle: handle.get("key"), release };
      },
    ]) {
      trace.length = 0;
      refuses = true;
      const { handle: borrowed, release } = await open();
      const short = rejectedBy(take(withTimeout(borrowed, { acquire: 25 })));
      const long = rejectedBy(take(withTimeout(borrowed, { acquire: 55 })));
      await vi.advanceTimersByTimeAsync(25);
      await short;
      await vi.advanceTimersByTimeAsync(25);
      expect(trace.length).toBe(6); // for the other one it goes on
      await vi.advanceTimersByTimeAsync(5);
      await long;
      expect(vi.getTimerCount()).toBe(0);
      expect(trace.length).toBe(6);
      refuses = false;
      const next = await take(borrowed);
      expect(next.handle).toBe("handle");
      await next.release(succeeded);
      await release(succeeded);
      expect(trace.slice(6)).toEqual(["try", "released"]);
    }
  });

  it("of who comes while an acquisition that was given up has not ended: begins anew", async () => {
    const trace: Trace = [];
    let count = 0;
    const it = resource(
      async () => {
        const number = ++count;
        trace.push(`try ${number}`);
        await after(50);
        if (number < 3) throw new Error(`refused ${number}`);
        return number;
      },
      (number) => void trace.push(`-${number}`),
    );
    const { handle: borrowed, release } = await take(shared(retry(it, { attempts: 9 })));
    const outcome = rejectedBy(take(withTimeout(borrowed, { acquire: 25 })));
    await vi.advanceTimersByTimeAsync(25);
    await outcome;
    const next = take(borrowed);
    await vi.advanceTimersByTimeAsync(500);
    expect((await next).handle).toBe(3);
    await (await next).release(succeeded);
    await release(succeeded);
    expect(trace).toEqual(["try 1", "try 2", "try 3", "-3"]);
  });
});

describe("those that are not waited for otherwise", () => {
  useFakeTimers();

  it("a race that another has won: the scope of the winner does not wait for a retry without an end", async () => {
    const trace: Trace = [];
    const racing = take(race<AsyncResource<unknown>>([retry(refusing(trace), forever), slow(trace, 35, 0)]));
    await vi.advanceTimersByTimeAsync(35);
    const { handle, release } = await racing;
    expect(handle).toBe("DB");
    expect(vi.getTimerCount()).toBe(0);
    const releasing = release(succeeded);
    await vi.runAllTimersAsync();
    await releasing;
    expect(trace.filter((each) => each === "try").length).toBe(4);
  });

  it("one of several in parallel has failed: the others do not try again", async () => {
    const trace: Trace = [];
    const failing = resource(
      () => after(35).then(() => Promise.reject("failed")),
      () => {},
    );
    const both = all<AsyncResource<unknown>>([retry(refusing(trace), forever), failing], { parallel: true });
    const outcome = rejectedBy(take(both));
    await vi.advanceTimersByTimeAsync(35);
    const { error } = await outcome;
    expect(String((error as SuppressedError).error)).toMatch(/^RetryError: .* failed 4 times/);
    expect((error as SuppressedError).suppressed).toBe("failed");
  });

  it("a pool or what is shared whose scope has ended does not try again", async () => {
    const trace: Trace = [];
    const opened = [
      await take(pool(retry(refusing(trace), forever), { max: 1, onError: () => {} })),
      await take(shared(retry(refusing(trace), forever))),
    ];
    for (const { handle, release } of opened) {
      const borrowing = rejectedBy(take(handle as AsyncResource<unknown>));
      await vi.advanceTimersByTimeAsync(35);
      // A pool tells, as of every acquisition that nobody waited for any more, that it has failed.
      const closing = Promise.allSettled([release(succeeded)]);
      await vi.advanceTimersByTimeAsync(0);
      await closing;
      await borrowing;
      expect(trace.splice(0).length).toBe(4);
    }
  });
});

describe("with a lock file", () => {
  const folder = testFolder();

  it("who waits for it stops to wait", async () => {
    const path = folder.join("the.lock");
    const held = takeNow(lockFile(path));
    const { error } = await rejectedBy(
      take(withTimeout(all([lockFileAsync(path, { wait: Infinity })]), { acquire: 30 })),
    );
    await (error as TimeoutError).late; // no timer is left, and the lock is not taken when it is free
    await held.release(succeeded);
    await takeNow(lockFile(path)).release(succeeded);
  });
});
