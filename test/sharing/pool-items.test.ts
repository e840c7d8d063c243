import { describe, expect, it } from "vitest";
import { acquireAsync, awaited, pool, resource, runAsync } from "../../runtime/index.ts";
import { rejectedBy, shapeOf, ticks, type Trace } from "../runtime/traced.ts";
import { failed, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";
import { giveBack, open } from "./pooled.ts";

describe("a pool", () => {
  useFakeTimers();

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
});
