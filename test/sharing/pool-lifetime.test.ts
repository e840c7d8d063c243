import { describe, expect, it, vi } from "vitest";
import { pool, resource } from "../../runtime/index.ts";
import { ticks, type Trace } from "../runtime/traced.ts";
import { Gate, stateOf, succeeded, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";
import { giveBack, open } from "./pooled.ts";

describe("a pool", () => {
  useFakeTimers();

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
