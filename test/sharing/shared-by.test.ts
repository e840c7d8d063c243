import { describe, expect, it, vi } from "vitest";
import {
  acquire,
  acquireAsync,
  ClosedError,
  resource,
  run,
  runAsync,
  sharedBy,
} from "../../runtime/index.ts";
import { rejectedBy, shapeOf, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { Gate, succeeded, take, takeNow } from "./borrowing.ts";

const connect = (trace: Trace) => (host: string) =>
  resource(
    () => {
      trace.push(`+${host}`);
      return { host };
    },
    (_, exit) => trace.push(`-${host} ${exit.kind}`),
    host,
  );

const connectSlowly = (trace: Trace) => (host: string) =>
  resource(
    async () => {
      trace.push(`+${host}`);
      await ticks(2);
      return host;
    },
    async (_, exit) => {
      await ticks(2);
      trace.push(`-${host} ${exit.kind}`);
    },
    host,
  );

describe("sharedBy", () => {
  it("shares among those with the same key, and only those", () => {
    const trace: Trace = [];
    run(function* () {
      const hosts = yield* acquire(sharedBy(connect(trace)));
      const same = run(function* () {
        const a = yield* acquire(hosts.get("north"));
        const b = yield* acquire(hosts.get("south"));
        expect([a.host, b.host, hosts.size]).toEqual(["north", "south", 2]);
        return a === (yield* acquire(hosts.get("north")));
      });
      trace.push(`${same}, ${hosts.size} left`);
    });
    expect(trace).toEqual([...["+north", "+south", "-south succeeded", "-north succeeded", "true, 0 left"]]);
  });

  it("compares keys as a Map does", () => {
    const made: unknown[] = [];
    const hosts = takeNow(
      sharedBy((key: unknown) => {
        made.push(key);
        return resource(
          () => key,
          () => {},
        );
      }),
    ).handle;
    const key = {};
    for (const each of [NaN, NaN, 0, -0, "0", key, key, {}]) takeNow(hosts.get(each));
    expect(made).toEqual([NaN, 0, "0", key, {}]);
  });

  it("what get() gives can be kept, and borrowed again and again", () => {
    const trace: Trace = [];
    const north = takeNow(sharedBy(connect(trace))).handle.get("north");
    for (let round = 0; round < 2; round++) takeNow(north).release(succeeded);
    expect(trace).toEqual(["+north", "-north succeeded", "+north", "-north succeeded"]);
  });

  it("keeps each key for its own while", () => {
    vi.useFakeTimers();
    const trace: Trace = [];
    const owner = takeNow(sharedBy(connect(trace), { idle: 1000 }));
    const { handle: hosts } = owner;
    takeNow(hosts.get("north")).release(succeeded);
    vi.advanceTimersByTime(600);
    takeNow(hosts.get("south")).release(succeeded);
    vi.advanceTimersByTime(600);
    expect([hosts.size, ...trace]).toEqual([1, "+north", "+south", "-north succeeded"]);
    owner.release(succeeded);
    expect([hosts.size, ...trace.slice(3)]).toEqual([0, "-south succeeded"]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("releases with its owner in reverse, each told how the scope ended, all of them whatever fails (S1, S4, S5)", () => {
    const trace: Trace = [];
    const broken = (host: string) =>
      resource(
        () => host,
        (_, exit) => {
          trace.push(`-${host} ${exit.kind === "failed" ? JSON.stringify(shapeOf(exit.error)) : exit.kind}`);
          throw host;
        },
        host,
      );
    const { error } = thrownBy(() =>
      run(function* () {
        const hosts = yield* acquire(sharedBy(broken, { idle: Infinity }));
        for (const host of ["a", "b", "c"]) takeNow(hosts.get(host)).release(succeeded);
      }),
    );
    expect(trace).toEqual(["-c succeeded", '-b "c"', '-a ["b","c"]']);
    expect(shapeOf(error)).toEqual(["a", ["b", "c"]]);
  });

  it("waits for those that are lent, after it has released those that are not", async () => {
    const trace: Trace = [];
    const owner = await take(sharedBy(connectSlowly(trace), { idle: Infinity }));
    const lent = [await take(owner.handle.get("a")), await take(owner.handle.get("b"))];
    await (await take(owner.handle.get("c"))).release(succeeded);
    const ending = Promise.resolve(owner.release(succeeded)).then(() => trace.push("ended"));
    await ticks(20);
    expect(trace).toEqual(["+a", "+b", "+c", "-c succeeded"]);
    await lent[0]!.release(succeeded);
    await ticks(20);
    expect(trace.slice(4)).toEqual(["-a succeeded"]);
    await lent[1]!.release(succeeded);
    await ending;
    expect(trace.slice(5)).toEqual(["-b succeeded", "ended"]);
  });

  it("can be borrowed by nobody after that, whether the key was known or not", () => {
    const owner = takeNow(sharedBy(connect([]), { idle: Infinity }));
    takeNow(owner.handle.get("known")).release(succeeded);
    owner.release(succeeded);
    for (const key of ["known", "unknown"]) {
      const { error } = thrownBy(() => takeNow(owner.handle.get(key)));
      expect(error).toBeInstanceOf(ClosedError);
      expect(String(error)).toBe(
        `ClosedError: ts-raii: cannot borrow the shared ${key}, but the scope that owns it has ended`,
      );
    }
  });

  it("forgets a key whose acquisition fails, and by that never the one that comes after it", async () => {
    // In whichever ticks two others come: one that waits for what has failed already, and one that begins anew.
    for (let one = 0; one < 12; one++) {
      for (let two = 0; two < 12; two++) {
        const gate = new Gate<number>();
        let made = 0;
        const { handle: hosts } = await take(
          sharedBy((_: string) => {
            const number = ++made;
            return resource(
              () => (number === 1 ? gate.promise : ticks(5).then(() => number)),
              () => {},
            );
          }),
        );
        const borrow = () => take(hosts.get("north")).then(({ handle }) => handle, String);
        const borrowing = [borrow(), borrow()];
        gate.fail("refused");
        await Promise.all([one, two].map((tick) => ticks(tick).then(() => borrowing.push(borrow()))));
        const handles = await Promise.all(borrowing);
        const anew = handles.filter((handle) => handle !== "refused");
        expect([handles.length, ...new Set(anew)]).toEqual(anew.length > 0 ? [4, 2] : [4]);
        expect(await borrow()).toBe(2);
        expect([made, hosts.size]).toEqual([2, 1]);
      }
    }
  });

  it("those who wait for a release and those who come later share one again", async () => {
    const trace: Trace = [];
    const hosts = (await take(sharedBy(connectSlowly(trace)))).handle;
    const releasing = (await take(hosts.get("a"))).release(succeeded);
    const early = take(hosts.get("a"));
    await releasing;
    const late = take(hosts.get("a"));
    await Promise.all([(await early).release(succeeded), (await late).release(succeeded)]);
    expect(trace).toEqual(["+a", "-a succeeded", "+a", "-a succeeded"]);
    expect(hosts.size).toBe(0);
  });

  it("throws to the borrower what making the resource throws, or that it is none", () => {
    const hosts = takeNow(
      sharedBy((key: string) => {
        if (key === "bad") throw new Error("no such host");
        return undefined as never;
      }),
    ).handle as { get(key: string): Parameters<typeof takeNow>[0]; size: number };
    expect(String(thrownBy(() => takeNow(hosts.get("bad"))).error)).toBe("Error: no such host");
    expect(String(thrownBy(() => takeNow(hosts.get("none"))).error)).toMatch(
      /^TypeError: ts-raii: sharedBy\(\) takes a resource/,
    );
    expect(hosts.size).toBe(0);
  });

  it("throws to the owner what nobody waited for, whichever key it was of", async () => {
    vi.useFakeTimers();
    const broken = (key: number) =>
      resource(
        () => key,
        () => Promise.reject(key),
      );
    const using = rejectedBy(
      runAsync(function* () {
        const all = yield* acquireAsync(sharedBy(broken, { idle: 1 }));
        for (const key of [1, 2]) {
          takeNow(all.get(key) as never).release(succeeded);
          vi.advanceTimersByTime(1);
        }
      }),
    );
    expect(shapeOf((await using).error)).toEqual([2, 1]);
    vi.useRealTimers();
  });

  it.each([NaN, -5])("refuses to keep for %o, and what is no function", (idle) => {
    expect(String(thrownBy(() => sharedBy(connect([]), { idle })).error)).toBe(
      `RangeError: ts-raii: sharedBy(): idle takes milliseconds, from 0 to Infinity, and not ${idle}`,
    );
    expect(String(thrownBy(() => sharedBy(connect([])("a") as never)).error)).toBe(
      "TypeError: ts-raii: sharedBy(make) takes a function, and was given [object a]",
    );
  });
});
