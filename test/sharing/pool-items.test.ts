import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { acquireAsync, awaited, pool, resource, runAsync } from "../../runtime/index.ts";
import { rejectedBy, shapeOf, ticks, type Trace } from "../runtime/traced.ts";
import { failed, Gate, stateOf, succeeded, take } from "./borrowing.ts";
import { giveBack, open } from "./pooled.ts";

describe("a pool", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  describe("of which some are kept (`min`)", () => {
    it("acquires them with itself, at once", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { min: 3, max: 5 });
      expect([connections.size, connections.idle, ...trace]).toEqual([3, 3, "+1", "+2", "+3"]);
      expect((await take(connections)).handle).toEqual({ number: 3 });
    });

    it("property 35: fails when one of them fails, and releases the others, told why; no error is lost", async () => {
      const trace: Trace = [];
      let count = 0;
      const it = resource(
        () => {
          const number = ++count;
          trace.push(`+${number}`);
          if (number === 1) throw `refused ${number}`;
          return ticks(number).then(() => (number === 4 ? Promise.reject(`refused ${number}`) : number));
        },
        (number, exit) => {
          trace.push(`-${number} ${exit.kind}`);
          if (number === 2) throw "not released";
          if (exit.kind === "failed") exit.suppress();
        },
        "db",
      );
      const { error } = await rejectedBy(take(pool(it, { min: 5, max: 5 })));
      expect(trace.slice(5)).toEqual(["-5 failed", "-3 failed", "-2 failed"]);
      expect(shapeOf(error)).toEqual(["not released", ["refused 4", "refused 1"]]);
    });

    it("fails with the one error there is, as it is (property 10)", async () => {
      const error = new Error("refused");
      const refusing = resource(
        () => Promise.reject(error),
        () => {},
      );
      expect((await rejectedBy(take(pool(refusing, { min: 1, max: 1 })))).error).toBe(error);
    });

    it("replaces those that are lost", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { min: 2, max: 2, discardOnFailure: true });
      await giveBack(await take(connections), failed("broken pipe"));
      expect([connections.size, connections.idle]).toEqual([2, 2]);
      expect(trace).toEqual(["+1", "+2", "-2 broken pipe", "+3"]);
    });
  });

  describe("whose items are released for being idle", () => {
    it("after their time, each counted from when it was given back, and not beyond `min`", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { min: 1, max: 3, idle: 1000 });
      const loans = await Promise.all([1, 2, 3].map(() => take(connections)));
      await giveBack(loans[0]!);
      await vi.advanceTimersByTimeAsync(500);
      await giveBack(loans[1]!);
      await giveBack(loans[2]!);
      await vi.advanceTimersByTimeAsync(500);
      expect([connections.size, ...trace.slice(3)]).toEqual([2, "-1 succeeded"]);
      await vi.advanceTimersByTimeAsync(499);
      expect(connections.size).toBe(2);
      await vi.advanceTimersByTimeAsync(5000);
      expect([connections.size, connections.idle, ...trace.slice(4)]).toEqual([1, 1, "-2 succeeded"]);
    });

    it("not beyond `min` also when the time of several is over while one of them is released", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { min: 1, max: 3, idle: 10 });
      const loans = await Promise.all([1, 2, 3].map(() => take(connections)));
      for (const loan of loans) loan.release(succeeded);
      vi.advanceTimersByTime(10); // all three, before any is released
      await ticks(20);
      expect([connections.size, connections.idle]).toEqual([1, 1]);
      expect(trace.slice(3)).toEqual(["-1 succeeded", "-2 succeeded"]);
    });

    it("but not while they are lent", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { max: 1, idle: 1000 });
      await giveBack(await take(connections));
      await vi.advanceTimersByTimeAsync(999);
      const loan = await take(connections);
      await vi.advanceTimersByTimeAsync(9999);
      expect(trace).toEqual(["+1"]);
      await giveBack(loan);
      await vi.advanceTimersByTimeAsync(1000);
      expect(trace).toEqual(["+1", "-1 succeeded"]);
    });

    it("count until they are released: who comes meanwhile waits", async () => {
      const trace: Trace = [];
      const gate = new Gate();
      let count = 0;
      const it = resource(
        async () => ++count,
        () => gate.promise,
      );
      const { handle: items } = await take(pool(it, { max: 1, idle: 10 }));
      await giveBack(await take(items));
      vi.advanceTimersByTime(10);
      const next = take(items);
      expect([await stateOf(next), items.size]).toEqual(["pending", 1]);
      gate.open();
      expect([(await next).handle, items.size, ...trace]).toEqual([2, 1]);
    });

    it("by default never", async () => {
      const { handle: connections } = await open([], { max: 1 });
      await giveBack(await take(connections));
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe("that validates", () => {
    it("asks what has been idle, releases what is not valid, told that, and lends another one", async () => {
      const trace: Trace = [];
      const validate = async ({ number }: { number: number }) => {
        trace.push(`?${number}`);
        await ticks(2);
        return number !== 2;
      };
      const { handle: connections } = await open(trace, { max: 3, validate });
      const loans = await Promise.all([1, 2].map(() => take(connections)));
      for (const loan of loans) await giveBack(loan);
      const next = await take(connections);
      expect(next.handle).toEqual({ number: 1 });
      await ticks(20);
      expect(trace).toEqual([...["+1", "+2", "?2", "?1", "-2 Error: ts-raii: db is no longer valid"]]);
      expect(connections.size).toBe(1);
    });

    it("takes one that throws or is rejected for one that says no; that error is told to the release", async () => {
      const trace: Trace = [];
      const errors = ["threw", "rejected"];
      const validate = () => {
        const error = errors.shift();
        if (error === "threw") throw error;
        return error === undefined || Promise.reject(error);
      };
      const { handle: connections } = await open(trace, { max: 1, validate });
      for (let round = 0; round < 4; round++) await giveBack(await take(connections));
      expect(trace).toEqual(["+1", "-1 threw", "+2", "-2 rejected", "+3"]);
    });

    it("asks also before it lends what was just given back, and in the order of those who wait", async () => {
      const trace: Trace = [];
      const validate = ({ number }: { number: number }) => number > 2;
      const { handle: connections } = await open(trace, { max: 1, validate });
      const served: string[] = [];
      const borrow = async (name: string) => {
        const loan = await take(connections);
        served.push(`${name} ${loan.handle.number}`);
        await loan.release(succeeded);
      };
      await Promise.all(["a", "b", "c", "d"].map(borrow));
      expect(served).toEqual(["a 1", "b 2", "c 3", "d 3"]);
    });

    it("does not wait for the release of one that is not valid, where another one is idle", async () => {
      let count = 0;
      const gate = new Gate();
      const it = resource(
        () => ++count,
        () => gate.promise,
      );
      const owner = await take(pool(it, { max: 2, validate: (number) => number === 1 }));
      const loans = [await take(owner.handle), await take(owner.handle)];
      for (const loan of loans) await giveBack(loan);
      expect((await take(owner.handle)).handle).toBe(1);
      gate.open();
    });

    it("does not lend what it validates to another one", async () => {
      const gate = new Gate<boolean>();
      const { handle: connections } = await open([], { max: 2, validate: () => gate.promise });
      await giveBack(await take(connections));
      const [first, second] = [take(connections), take(connections)];
      expect([(await first).handle, await stateOf(second)]).toEqual([{ number: 2 }, "pending"]);
      gate.open(true);
      expect((await second).handle).toEqual({ number: 1 });
    });
  });

  describe("whose borrower fails", () => {
    it("lends it again, by default", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { max: 1 });
      await giveBack(await take(connections), failed("body"));
      expect([(await take(connections)).handle, ...trace]).toEqual([{ number: 1 }, "+1"]);
    });

    it("with `discardOnFailure` releases it, told why, and the borrower does not wait for that", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { max: 1, discardOnFailure: true });
      const loan = await take(connections);
      const next = take(connections);
      expect(loan.release(failed("body"))).toBe(undefined);
      expect(trace).toEqual(["+1"]);
      expect([(await next).handle, ...trace]).toEqual([{ number: 2 }, "+1", "-1 body", "+2"]);
    });

    it("and the release cannot suppress that", async () => {
      const suppressing = resource(
        () => 1,
        (_, exit) => exit.kind === "failed" && exit.suppress(),
      );
      const using = runAsync(function* () {
        const items = yield* acquireAsync(pool(suppressing, { max: 1, discardOnFailure: true }));
        const request = runAsync(function* () {
          yield* acquireAsync(items);
          throw "body";
        });
        return (yield* awaited(rejectedBy(request))).error;
      });
      expect(await using).toBe("body");
    });
  });

  describe("whose acquisition fails", () => {
    const refusing = (isRefused: (number: number) => boolean) => {
      let count = 0;
      return resource(
        async () => {
          const number = ++count;
          await ticks(1);
          if (isRefused(number)) throw `refused ${number}`;
          return number;
        },
        () => {},
        "db",
      );
    };

    it("throws that to one borrower, and is not exhausted by it", async () => {
      const { handle: items } = await take(
        pool(
          refusing((number) => number < 5),
          { max: 2 },
        ),
      );
      for (let round = 1; round < 5; round++) {
        expect((await rejectedBy(take(items))).error).toBe(`refused ${round}`);
        expect(items.size).toBe(0);
      }
      expect((await take(items)).handle).toBe(5);
    });

    it("tries again for the next one who waits", async () => {
      const { handle: items } = await take(
        pool(
          refusing((number) => number % 2 === 1),
          { max: 1 },
        ),
      );
      const borrow = () =>
        take(items).then(async (loan) => {
          await loan.release(failed("body"));
          return loan;
        });
      const results = await Promise.allSettled([borrow(), borrow(), borrow()]);
      expect(results.map((each) => each.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    });

    it("S9: however many wait, and however it fails", async () => {
      let count = 0;
      const throwing = resource(
        () => {
          throw ++count;
        },
        () => {},
      );
      const { handle: items } = await take(pool(throwing, { max: 1 }));
      const results = await Promise.allSettled(Array.from({ length: 1e5 }, () => take(items)));
      expect(results.every((each, at) => each.status === "rejected" && each.reason === at + 1)).toBe(true);
      expect([items.size, items.waiting]).toEqual([0, 0]);
    });
  });

  describe("one whose `validate` hangs", () => {
    it.each([
      [{}, 5000],
      [{ validateTimeout: 30 }, 30],
    ])("%o: is released, told so, and another one takes its place", async (options, limit) => {
      const trace: Trace = [];
      const asked: number[] = [];
      const pooled = await open(trace, {
        max: 1,
        ...options,
        validate: ({ number }) => {
          asked.push(number);
          return new Promise<boolean>(() => {});
        },
      });
      await giveBack(await take(pooled.handle));
      const next = take(pooled.handle);
      await vi.advanceTimersByTimeAsync(limit - 1);
      expect(await stateOf(next)).toBe("pending");
      await vi.advanceTimersByTimeAsync(1);
      await ticks(20);
      expect((await next).handle).toEqual({ number: 2 });
      expect(asked).toEqual([1]);
      expect(trace).toEqual([
        "+1",
        `-1 TimeoutError: ts-raii: validating db took longer than ${limit} ms; it is released, and another one takes its place`,
        "+2",
      ]);
      await giveBack(await next);
      await pooled.release(succeeded);
    });

    it("does not keep the pool from its end, nor does what it says later count", async () => {
      const trace: Trace = [];
      const gate = new Gate<boolean>();
      const pooled = await open(trace, { max: 1, validateTimeout: 100, validate: () => gate.promise });
      await giveBack(await take(pooled.handle));
      const waiting = rejectedBy(take(pooled.handle));
      await ticks(5);
      const closing = pooled.release(succeeded);
      expect(String((await waiting).error)).toContain("ClosedError");
      await vi.advanceTimersByTimeAsync(100);
      await closing;
      gate.fail("too late"); // no unhandled rejection
      await ticks(5);
      expect(trace.length).toBe(2);
    });

    it("leaves no timer behind when it answers in time, whatever that is", async () => {
      for (const answer of [
        true,
        false,
        Promise.resolve(true),
        Promise.resolve(false),
        Promise.reject("no"),
      ]) {
        if (answer instanceof Promise) answer.catch(() => {});
        const pooled = await open([], { max: 1, validate: () => answer });
        await giveBack(await take(pooled.handle));
        await giveBack(await take(pooled.handle));
        await pooled.release(succeeded);
        expect(vi.getTimerCount()).toBe(0);
      }
    });
  });

  describe("of which none gets older (`maxLifetime`)", () => {
    it("one that is idle is released in time, also one that is kept (`min`), which is replaced", async () => {
      const trace: Trace = [];
      const pooled = await open(trace, { min: 1, max: 2, idle: 300, maxLifetime: 1000 });
      await vi.advanceTimersByTimeAsync(999);
      expect(trace).toEqual(["+1"]);
      await vi.advanceTimersByTimeAsync(1);
      await ticks(20);
      expect(trace).toEqual(["+1", "-1 succeeded", "+2"]);
      await vi.advanceTimersByTimeAsync(1000);
      await pooled.release(succeeded);
      expect(trace.slice(3)).toEqual(["-2 succeeded", "+3", "-3 succeeded"]);
    });

    it("one that is lent is never taken away, and released when it is given back", async () => {
      const trace: Trace = [];
      const pooled = await open(trace, { max: 1, maxLifetime: 1000 });
      const held = await take(pooled.handle);
      await vi.advanceTimersByTimeAsync(5000);
      expect(trace).toEqual(["+1"]);
      const next = take(pooled.handle);
      await giveBack(held);
      expect((await next).handle).toEqual({ number: 2 });
      await giveBack(await next);
      await vi.advanceTimersByTimeAsync(999);
      const again = await take(pooled.handle);
      expect(again.handle).toEqual({ number: 2 }); // given back does not make it younger
      await giveBack(again);
      await vi.advanceTimersByTimeAsync(1);
      await ticks(20);
      expect(pooled.handle.size).toBe(0);
      await pooled.release(succeeded);
    });

    it("one that is found idle and too old is not lent, although its timer has not fired", async () => {
      const trace: Trace = [];
      const pooled = await open(trace, { max: 1, maxLifetime: 1000 });
      await giveBack(await take(pooled.handle));
      vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1000); // the event loop was blocked
      const next = await take(pooled.handle);
      vi.restoreAllMocks();
      expect(next.handle).toEqual({ number: 2 });
      await giveBack(next);
      await pooled.release(succeeded);
    });

    it.each([
      [{ max: 1, validateTimeout: NaN }, "validateTimeout"],
      [{ max: 1, maxLifetime: -1 }, "maxLifetime"],
    ])("refuses %o", (options, name) => {
      expect(() =>
        pool(
          resource(
            () => 1,
            () => {},
          ),
          options,
        ),
      ).toThrow(`ts-raii: pool(): ${name} takes milliseconds`);
    });
  });
});
