import { describe, expect, it, vi } from "vitest";
import { acquireAsync, awaited, pool, resource, runAsync } from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { disposable, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { failed, Gate, stateOf, succeeded, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";
import { counted, giveBack, open } from "./pooled.ts";

describe("pool", () => {
  useFakeTimers();

  it("lends in an ordinary program: what was given back is lent again, and released with the pool", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      const connections = yield* acquireAsync(pool(counted(trace), { max: 2 }));
      const request = (name: string) =>
        runAsync(function* () {
          const { number } = yield* acquireAsync(connections);
          trace.push(`${name} has ${number}`);
          yield* awaited(ticks(9));
        });
      yield* awaited(Promise.all(["a", "b", "c", "d"].map(request)));
      expect([connections.size, connections.idle, connections.waiting]).toEqual([2, 2, 0]);
      trace.push("end");
    });
    expect(trace).toEqual([
      ...["+1", "+2", "a has 1", "b has 2", "c has 1", "d has 2", "end", "-2 succeeded", "-1 succeeded"],
    ]);
  });

  it("acquires nothing before it is needed, and never more than `max`", async () => {
    const trace: Trace = [];
    const { handle: connections } = await open(trace, { max: 2 });
    expect([trace.length, connections.size]).toEqual([0, 0]);
    const [a] = await Promise.all([take(connections), take(connections)]);
    const third = take(connections);
    expect(await stateOf(third)).toBe("pending");
    expect([connections.size, connections.idle, connections.waiting]).toEqual([2, 0, 1]);
    await a.release(succeeded);
    expect((await third).handle).toEqual({ number: 1 });
    expect(trace).toEqual(["+1", "+2"]);
  });

  it("serves those who wait in the order in which they came", async () => {
    const { handle: connections } = await open([], { max: 1 });
    const first = await take(connections);
    const served: string[] = [];
    const borrow = async (name: string) => {
      const loan = await take(connections);
      served.push(name);
      await loan.release(succeeded);
    };
    const waiting = ["a", "b", "c"].map(borrow);
    await first.release(succeeded);
    // Comes when one is given back, and does not overtake.
    await Promise.all([...waiting, borrow("d")]);
    expect(served).toEqual(["a", "b", "c", "d"]);
  });

  it("serves who waits for an acquisition by what is given back meanwhile, and keeps both", async () => {
    const trace: Trace = [];
    const gate = new Gate();
    let count = 0;
    const it = resource(
      async () => {
        const number = ++count;
        if (number === 2) await gate.promise;
        return number;
      },
      (number) => trace.push(`-${number}`),
    );
    const { handle: items } = await take(pool(it, { max: 2 }));
    const first = await take(items);
    const second = take(items);
    const third = take(items);
    await giveBack(first);
    expect([(await second).handle, await stateOf(third)]).toEqual([1, "pending"]);
    gate.open();
    expect([(await third).handle, items.size]).toEqual([2, 2]);
  });

  it("what was acquired for one who has been served otherwise is lent to the next one", async () => {
    const gate = new Gate();
    let count = 0;
    const it = resource(
      async () => {
        const number = ++count;
        if (number === 2) await gate.promise;
        return number;
      },
      () => {},
    );
    const { handle: items } = await take(pool(it, { max: 2 }));
    const first = await take(items);
    const second = take(items);
    await giveBack(first);
    await giveBack(await second);
    expect([items.size, items.idle]).toEqual([2, 1]);
    expect((await take(items)).handle).toBe(1); // what is idle, and not what is still to come
    gate.open();
    expect((await take(items)).handle).toBe(2);
  });

  it("lends first what was given back last, so that those that are not needed stay idle", async () => {
    const { handle: connections } = await open([], { max: 3 });
    const loans = await Promise.all([1, 2, 3].map(() => take(connections)));
    for (const at of [1, 0, 2]) await giveBack(loans[at]!);
    const numbers = [await take(connections), await take(connections), await take(connections)];
    expect(numbers.map((each) => each.handle.number)).toEqual([3, 1, 2]);
  });

  it("a loan is given back once: twice is an error, and does not lend it twice", async () => {
    const { handle: connections } = await open([], { max: 2 });
    const loan = await take(connections);
    await giveBack(loan);
    expect(String(thrownBy(() => loan.release(succeeded)).error)).toBe(
      "Error: ts-raii: db was given back before",
    );
    expect([connections.size, connections.idle]).toEqual([1, 1]);
  });

  it("takes synchronous resources as well", async () => {
    const trace: Trace = [];
    let count = 0;
    const it = resource(
      () => ++count,
      (number) => trace.push(`-${number}`),
    );
    await runAsync(function* () {
      const items = yield* acquireAsync(pool(it, { max: 3, min: 1 }));
      expect(items.size).toBe(1);
      for (let round = 0; round < 3; round++) {
        const [a, b] = yield* awaited(Promise.all([take(items), take(items)]));
        trace.push(`${a!.handle} ${b!.handle}`);
        a!.release(succeeded);
        b!.release(succeeded);
      }
    });
    expect(trace).toEqual(["1 2", "2 1", "1 2", "-2", "-1"]);
  });

  it("S9: 1e5 borrowers are served, in order", async () => {
    const { handle: connections } = await open([], { max: 3 });
    const served: number[] = [];
    await Promise.all(
      Array.from({ length: 1e5 }, async (_, at) => {
        const loan = await take(connections);
        served.push(at);
        loan.release(succeeded);
      }),
    );
    expect(served.every((each, at) => each === at)).toBe(true);
    expect([served.length, connections.size]).toEqual([1e5, 3]);
  });

  it("is made anew each time it is acquired (property 34)", async () => {
    const trace: Trace = [];
    const both = pool(counted(trace), { max: 1 });
    const [one, other] = [await take(both), await take(both)];
    expect([(await take(one.handle)).handle.number, (await take(other.handle)).handle.number]).toEqual([
      1, 2,
    ]);
  });

  it("property 47: holds nothing of what it has released (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const { handle: connections } = await open([], { max: 1, discardOnFailure: true });
    await (async () => {
      const loan = await take(connections);
      refs["item"] = new WeakRef(loan.handle);
      const error = new Error("body");
      refs["error"] = new WeakRef(error);
      await giveBack(loan, failed(error));
    })();
    vi.useRealTimers();
    expect(await alive(refs)).toEqual([]);
    expect(connections.size).toBe(0);
    vi.useFakeTimers();
  });

  describe("refuses", () => {
    it.each([
      [{}, "max is a whole number from 1, and not undefined"],
      [{ max: 0 }, "max is a whole number from 1, and not 0"],
      [{ max: -1 }, "max is a whole number from 1, and not -1"],
      [{ max: NaN }, "max is a whole number from 1, and not NaN"],
      [{ max: 1.5 }, "max is a whole number from 1, and not 1.5"],
      [{ max: Infinity }, "max is a whole number from 1, and not Infinity"],
      [{ max: "4" }, "max is a whole number from 1, and not 4"],
      [{ max: 2, min: 3 }, "min is a whole number from 0 to max (2), and not 3"],
      [{ max: 2, min: -1 }, "min is a whole number from 0 to max (2), and not -1"],
      [{ max: 2, min: NaN }, "min is a whole number from 0 to max (2), and not NaN"],
      [{ max: 2, idle: NaN }, "idle takes milliseconds, from 0 to Infinity, and not NaN"],
      [{ max: 2, idle: -1 }, "idle takes milliseconds, from 0 to Infinity, and not -1"],
      [{ max: 2, acquireTimeout: NaN }, "acquireTimeout takes milliseconds, from 0 to Infinity, and not NaN"],
    ])("%o", (options, message) => {
      const { error } = thrownBy(() => pool(counted([]), options as never));
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toBe(`RangeError: ts-raii: pool(): ${message}`);
    });

    it.each(["validate", "onError"])("a %s that is no function", (option) => {
      const { error } = thrownBy(() => pool(counted([]), { max: 1, [option]: true } as never));
      expect(String(error)).toBe(
        `TypeError: ts-raii: pool(): ${option} takes a function, and was given true`,
      );
    });

    it("what cannot be acquired again", () => {
      for (const it of [Promise.resolve(counted([])), disposable([], "a"), null]) {
        expect(String(thrownBy(() => pool(it as never, { max: 1 })).error)).toMatch(
          /^TypeError: ts-raii: pool\(\) takes a resource, which it acquires anew each time/,
        );
      }
    });
  });
});
