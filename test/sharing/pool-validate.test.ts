import { describe, expect, it, vi } from "vitest";
import { pool, resource } from "../../runtime/index.ts";
import { rejectedBy, ticks, type Trace } from "../runtime/traced.ts";
import { Gate, stateOf, succeeded, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";
import { giveBack, open } from "./pooled.ts";

describe("a pool", () => {
  useFakeTimers();

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
});
