import { describe, expect, it, vi } from "vitest";
import {
  acquireAsync,
  all,
  type AsyncResource,
  awaited,
  ClosedError,
  flatMap,
  map,
  memoize,
  pool,
  race,
  recover,
  Resource,
  resource,
  retry,
  RetryError,
  runAsync,
  shared,
  sharedBy,
  swappable,
  TimeoutError,
  withTimeout,
} from "../../runtime/index.ts";
import { asyncDisposable, rejectedBy, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { failed, succeeded, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";

type Make = (it: Resource<unknown>) => AsyncResource<AsyncResource<unknown>>;

/** By the protocol: its handle may be anything. */
const once = <T>(handle: T): Resource<T> => ({ [Resource.acquire]: () => ({ handle, release() {} }) });

const makers: [string, Make][] = [
  ["retry", (it) => once(retry(it, { attempts: 2, delay: 1 }))],
  ["withTimeout", (it) => once(withTimeout(it, { acquire: 1, release: 1 }))],
  ["shared", (it) => shared(it)],
  [
    "sharedBy",
    (it) =>
      map(
        sharedBy(() => it),
        (shared) => shared.get(1),
      ),
  ],
  ["memoize", (it) => memoize(it)],
  ["swappable", (it) => map(swappable(it), (place) => place.get())],
  ["pool", (it) => pool(it, { max: 1 })],
];

describe.each(makers)("%s", (_, make) => {
  it("gives a handle that is thenable as it is", async () => {
    const thenable = {
      then() {
        throw new Error("this was not to be awaited");
      },
    };
    const owner = await take(make(once(thenable)));
    const loan = await take(owner.handle);
    expect(loan.handle).toBe(thenable);
    await loan.release(succeeded);
    await owner.release(succeeded);
  });

  it("throws a TypeError for what gives no acquisition, and holds nothing for it", async () => {
    const wrong = { [Resource.acquire]: () => ({ handle: 1 }) } as unknown as Resource<unknown>;
    const using = runAsync(function* () {
      yield* acquireAsync(yield* acquireAsync(make(wrong)));
    });
    const { error } = await rejectedBy(using);
    const last = error instanceof RetryError ? error.cause : error;
    expect(last).toBeInstanceOf(TypeError);
    expect(String(last)).toContain("must return { handle, release }");
  });

  it("is released once, whatever the body does (property 3)", async () => {
    for (const fails of [false, true]) {
      const trace: Trace = [];
      const it = resource(
        () => trace.push("+"),
        () => trace.push("-"),
      );
      const using = runAsync(function* () {
        yield* acquireAsync(yield* acquireAsync(make(it)));
        trace.push("body");
        if (fails) throw "body";
      });
      expect(await using.catch(String)).toBe(fails ? "body" : undefined);
      expect(trace).toEqual(["+", "body", "-"]);
    }
  });
});

describe("together", () => {
  useFakeTimers();
  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

  it("retry of what times out: what arrives after its attempt is released when it does", async () => {
    const trace: Trace = [];
    const arrivals = [500, 300, 50];
    let count = 0;
    const it = resource(
      async () => {
        const number = count++;
        await after(arrivals[number]!);
        trace.push(`+${number}`);
        return number;
      },
      (number, exit) => trace.push(`-${number} ${exit.kind}`),
    );
    const using = runAsync(function* () {
      const number = yield* acquireAsync(retry(withTimeout(it, { acquire: 100 }), { attempts: 3 }));
      trace.push(`body ${number}`);
      yield* awaited(after(1000));
    });
    await vi.runAllTimersAsync();
    await using;
    expect(trace).toEqual(["+2", "body 2", "+1", "-1 failed", "+0", "-0 failed", "-2 succeeded"]);
  });

  it("withTimeout of a whole retry: it stops at its next pause, and what has failed until then is in `late`", async () => {
    const trace: Trace = [];
    const failing = flatMap(asyncDisposable(trace, "a") as never, () => Promise.reject("refused"));
    const using = rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(
          withTimeout(retry(failing as AsyncResource<never>, { attempts: 9, delay: 60, factor: 1 }), {
            acquire: 100,
          }),
        );
      }),
    );
    await vi.advanceTimersByTimeAsync(100);
    const { error } = await using;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(vi.getTimerCount()).toBe(0);
    const late = (await rejectedBy((error as TimeoutError).late)).error as RetryError;
    expect([late.attempts, late.errors]).toEqual([2, ["refused", "refused"]]);
    expect(trace.length).toBe(4);
  });

  it("withTimeout of a pool: who has given up gives back what he gets after all", async () => {
    const trace: Trace = [];
    const connections = await take(pool(once("db"), { max: 1 }));
    const loan = await take(connections.handle);
    const late = rejectedBy(take(withTimeout(connections.handle, { acquire: 10 })));
    await vi.advanceTimersByTimeAsync(10);
    expect((await late).error).toBeInstanceOf(TimeoutError);
    await loan.release(succeeded);
    await ticks(20);
    expect([connections.handle.idle, connections.handle.size, ...trace]).toEqual([1, 1]);
    await connections.release(succeeded);
  });

  it("several of one pool at once, in order; too many for it wait for ever, so say how long", async () => {
    const { handle: connections } = await take(pool(once("db"), { max: 2, acquireTimeout: 100 }));
    const both = await take(all([connections, connections]));
    expect(both.handle).toEqual(["db", "db"]);
    const three = rejectedBy(take(all([connections, connections, connections])));
    await both.release(succeeded);
    await vi.advanceTimersByTimeAsync(100);
    expect((await three).error).toBeInstanceOf(TimeoutError);
    expect([connections.idle, connections.waiting]).toEqual([2, 0]);
  });

  it("recover from a pool that is closed", async () => {
    const owner = await take(pool(once("pooled"), { max: 1 }));
    await owner.release(succeeded);
    const it = recover(owner.handle, (error) => {
      expect(error).toBeInstanceOf(ClosedError);
      return once("own");
    });
    expect((await take(it)).handle).toBe("own");
  });

  it("the loser of a race gives back what it has borrowed", async () => {
    const { handle: one } = await take(pool(once("one"), { max: 1 }));
    const slow = resource(
      () => after(5).then(() => "slow"),
      () => {},
    );
    const { handle: other } = await take(pool(slow, { max: 1 }));
    const using = runAsync(function* () {
      return yield* acquireAsync(race([other, one]));
    });
    await vi.runAllTimersAsync();
    expect([await using, one.idle, other.idle]).toEqual(["one", 1, 1]);
  });

  it("a pool of a shared thing, and a shared pool", async () => {
    const trace: Trace = [];
    const it = resource(
      () => trace.push("+"),
      () => trace.push("-"),
    );
    await runAsync(function* () {
      const server = yield* acquireAsync(shared(it));
      const clients = yield* acquireAsync(shared(pool(server, { min: 2, max: 4 })));
      const pooled = yield* acquireAsync(clients);
      yield* acquireAsync(all([pooled, pooled, pooled]));
      trace.push("body");
    });
    expect(trace).toEqual(["+", "body", "-"]);
  });
});

describe("options", () => {
  it("are read once", async () => {
    const options = { max: 1, min: 1 };
    const both = pool(once("db"), options);
    options.max = options.min = 9;
    expect((await take(both)).handle.size).toBe(1);
    const limits = { acquire: NaN };
    expect(thrownBy(() => withTimeout(null, limits)).error).toBeInstanceOf(RangeError);
  });

  it("may be there and undefined, or not be there", async () => {
    const undefinedOnes = { idle: undefined, onError: undefined, min: undefined, validate: undefined };
    const owner = await take(
      pool(once("db"), { max: 1, ...undefinedOnes, acquireTimeout: undefined, discardOnFailure: undefined }),
    );
    const loan = await take(owner.handle);
    await loan.release(failed("body"));
    expect(owner.handle.idle).toBe(1);
    expect(shared(once("db"), { idle: undefined, onError: undefined })).toBeDefined();
    expect(retry(once("db"), { attempts: 1, delay: undefined, when: undefined })).toBeDefined();
  });
});
