import { describe, expect, it, vi } from "vitest";
import {
  acquireAsync,
  type AsyncResource,
  ClosedError,
  flatMap,
  pool,
  resource,
  retry,
  runAsync,
  TimeoutError,
} from "../../runtime/index.ts";
import { rejectedBy, shapeOf, ticks, type Trace } from "../runtime/traced.ts";
import { failed, Gate, succeeded, take } from "./borrowing.ts";
import { useFakeTimers } from "./fake-timers.ts";
import { closed, counted, giveBack, open } from "./pooled.ts";

describe("a pool", () => {
  useFakeTimers();

  describe("with an `acquireTimeout`", () => {
    it("gives up, names itself and says why", async () => {
      const { handle: connections } = await open([], { max: 2, acquireTimeout: 500 });
      await Promise.all([take(connections), take(connections)]);
      const waiting = [take(connections), take(connections)].map(rejectedBy);
      await vi.advanceTimersByTimeAsync(500);
      const [{ error }] = (await Promise.all(waiting)) as [{ error: unknown }, unknown];
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as TimeoutError).message).toBe(
        "ts-raii: acquiring db took longer than 500 ms; its pool has 2 of at most 2, and 1 others wait",
      );
      expect([(error as TimeoutError).phase, connections.waiting]).toEqual(["acquire", 0]);
    });

    it("who has given up is served no more: what comes in is for the others", async () => {
      const trace: Trace = [];
      const { handle: connections } = await open(trace, { max: 1, acquireTimeout: 500 });
      const loan = await take(connections);
      const first = rejectedBy(take(connections));
      await vi.advanceTimersByTimeAsync(300);
      const second = take(connections);
      await vi.advanceTimersByTimeAsync(200);
      await first;
      await giveBack(loan);
      expect((await second).handle).toEqual({ number: 1 });
      await giveBack(await second);
      expect([connections.idle, ...trace]).toEqual([1, "+1"]);
    });

    it("what arrives too late is kept for the next one; what fails then is not lost", async () => {
      const gates = [new Gate<number>(), new Gate<number>()];
      let count = 0;
      const it = resource(
        () => gates[count++]!.promise,
        () => {},
      );
      const owner = await take(pool(it, { max: 2, acquireTimeout: 500 }));
      const waiting = [take(owner.handle), take(owner.handle)].map(rejectedBy);
      await vi.advanceTimersByTimeAsync(500);
      await Promise.all(waiting);
      gates[0]!.open(1);
      gates[1]!.fail("refused");
      await ticks(20);
      expect([owner.handle.size, owner.handle.idle]).toEqual([1, 1]);
      expect((await take(owner.handle)).handle).toBe(1);
    });
  });

  describe("when its scope ends", () => {
    it("releases what is idle, the last one first, each told how that ended (S1, S5); all of them (S4)", async () => {
      const trace: Trace = [];
      const error = await rejectedBy(
        runAsync(function* () {
          const connections = yield* acquireAsync(
            pool(
              counted(trace, (number) => {
                if (number !== 2) throw number;
              }),
              { min: 3, max: 3 },
            ),
          );
          expect(connections.size).toBe(3);
          throw "body";
        }),
      );
      expect(trace.slice(3, 4)).toEqual(["-3 body"]);
      expect(trace.slice(4).map((each) => each.slice(0, 2))).toEqual(["-2", "-1"]);
      expect(shapeOf(error.error)).toEqual([1, [3, "body"]]);
    });

    it("waits for what is lent, which is released when it is given back", async () => {
      const trace: Trace = [];
      const owner = await open(trace, { max: 3 });
      const loans = await Promise.all([1, 2, 3].map(() => take(owner.handle)));
      await giveBack(loans[2]!);
      const ending = Promise.resolve(owner.release(succeeded)).then(() => trace.push("ended"));
      await ticks(20);
      expect(trace.slice(3)).toEqual(["-3 succeeded"]);
      await giveBack(loans[0]!, failed("body"));
      expect([trace.slice(4), owner.handle.size]).toEqual([["-1 succeeded"], 1]);
      await giveBack(loans[1]!);
      await ending;
      expect(trace.slice(5)).toEqual(["-2 succeeded", "ended"]);
    });

    it("those who wait are told so, and those who come later", async () => {
      const owner = await open([], { max: 1, acquireTimeout: 1000 });
      const loan = await take(owner.handle);
      const waiting = [take(owner.handle), take(owner.handle)].map(rejectedBy);
      const ending = owner.release(succeeded);
      for (const { error } of await Promise.all(waiting)) {
        expect(error).toBeInstanceOf(ClosedError);
        expect(String(error)).toBe(closed("waited to borrow from"));
      }
      expect(String((await rejectedBy(take(owner.handle))).error)).toBe(closed("cannot borrow from"));
      await loan.release(succeeded);
      await ending;
      expect(String((await rejectedBy(take(owner.handle))).error)).toBe(closed("cannot borrow from"));
      expect([owner.handle.size, owner.handle.waiting]).toEqual([0, 0]);
    });

    it("what is being acquired is waited for, and released", async () => {
      const trace: Trace = [];
      const owner = await open(trace, { max: 1 });
      const waiting = rejectedBy(take(owner.handle));
      await owner.release(succeeded);
      expect((await waiting).error).toBeInstanceOf(ClosedError);
      expect(trace).toEqual(["+1", "-1 succeeded"]);
    });

    it("so is what is being validated, or released for being idle", async () => {
      const trace: Trace = [];
      const validate = () => ticks(5).then(() => true);
      const owner = await open(trace, { max: 2, idle: 10, validate });
      const loans = await Promise.all([take(owner.handle), take(owner.handle)]);
      for (const loan of loans) await giveBack(loan);
      const waiting = rejectedBy(take(owner.handle)); // has 2 validated
      vi.advanceTimersByTime(10); // 1 is released
      await owner.release(succeeded);
      expect((await waiting).error).toBeInstanceOf(ClosedError);
      expect(trace.slice(2)).toEqual(["-1 succeeded", "-2 succeeded"]);
    });

    it("throws what nobody has waited for, combined with what fails then (property 11)", async () => {
      const trace: Trace = [];
      const broken = (number: number) => {
        throw `${number} not released`;
      };
      const owner = await open(trace, { max: 4, idle: 10, discardOnFailure: true }, broken);
      const loans = await Promise.all([1, 2, 3, 4].map(() => take(owner.handle)));
      await giveBack(loans[0]!, failed("broken pipe"));
      await giveBack(loans[1]!);
      await vi.advanceTimersByTimeAsync(10);
      await giveBack(loans[2]!);
      const ending = rejectedBy(Promise.resolve(owner.release(failed("body"))));
      await giveBack(loans[3]!);
      expect(shapeOf((await ending).error)).toEqual([
        ["4 not released", ["2 not released", ["1 not released", "broken pipe"]]],
        ["3 not released", "body"],
      ]);
    });

    it("unless somebody wants to know at once; what fails while the pool is released is thrown all the same", async () => {
      const told: unknown[] = [];
      const broken = (number: number) => {
        throw `${number} not released`;
      };
      const onError = (error: unknown) => void told.push(error);
      const owner = await open([], { max: 2, idle: 10, onError }, broken);
      const loans = await Promise.all([1, 2].map(() => take(owner.handle)));
      await giveBack(loans[0]!);
      await vi.advanceTimersByTimeAsync(10);
      expect(told).toEqual(["1 not released"]);
      const ending = rejectedBy(Promise.resolve(owner.release(succeeded)));
      await giveBack(loans[1]!);
      expect((await ending).error).toBe("2 not released");
      expect(told.length).toBe(1);
    });

    it.each([
      ["flatMap", (it: AsyncResource<unknown>) => flatMap(it, () => it)],
      [
        "a flatMap that is retried",
        (it: AsyncResource<unknown>) =>
          retry(
            flatMap(it, () => it),
            { attempts: 2 },
          ),
      ],
    ])("an acquisition that stops because it ends is no failure: %s", async (_, make) => {
      const gate = new Gate();
      const released: string[] = [];
      const it = resource(
        () => gate.promise,
        () => void released.push("released"),
      );
      const owner = await take(pool(make(it), { max: 1, acquireTimeout: 5 }));
      const waiting = rejectedBy(take(owner.handle));
      await vi.advanceTimersByTimeAsync(5);
      expect((await waiting).error).toBeInstanceOf(TimeoutError);
      const ending = owner.release(succeeded);
      gate.open();
      await ending;
      expect(released).toEqual(["released"]);
    });

    it("tells an acquisition that failed when nobody wanted it any more", async () => {
      const gate = new Gate<number>();
      const it = resource(
        () => gate.promise,
        () => {},
      );
      const owner = await take(pool(it, { max: 1, acquireTimeout: 5 }));
      const waiting = rejectedBy(take(owner.handle));
      await vi.advanceTimersByTimeAsync(5);
      expect((await waiting).error).toBeInstanceOf(TimeoutError);
      gate.fail("refused");
      expect((await rejectedBy(Promise.resolve(owner.release(succeeded)))).error).toBe("refused");
    });
  });
});
