import { describe, expect, it, vi } from "vitest";
import {
  acquire,
  ClosedError,
  resource,
  retry,
  run,
  shared,
  TimeoutError,
  withTimeout,
} from "../../runtime/index.ts";
import { disposable, rejectedBy, shapeOf, thrownBy, type Trace } from "../runtime/traced.ts";
import { failed, Gate, stateOf, succeeded, take, takeNow } from "./borrowing.ts";
import { counted, countedSlowly } from "./counted.ts";
import { useFakeTimers } from "./fake-timers.ts";

describe("what is shared", () => {
  describe("kept for a while", () => {
    useFakeTimers();

    it("is released when nobody has come for `idle` milliseconds", () => {
      const trace: Trace = [];
      const db = takeNow(shared(counted(trace), { idle: 1000 })).handle;
      takeNow(db).release(succeeded);
      vi.advanceTimersByTime(999);
      const again = takeNow(db);
      vi.advanceTimersByTime(5000);
      again.release(succeeded);
      vi.advanceTimersByTime(999);
      expect(trace).toEqual(["+1"]);
      vi.advanceTimersByTime(1);
      expect(trace).toEqual(["+1", "-1 succeeded"]);
      takeNow(db).release(succeeded);
      expect(trace).toEqual(["+1", "-1 succeeded", "+2"]);
      vi.runAllTimers();
    });

    it("is released with its owner's scope, before what that acquired earlier", () => {
      const trace: Trace = [];
      run(function* () {
        yield* acquire(disposable(trace, "config"));
        const db = yield* acquire(shared(counted(trace), { idle: 1000 }));
        takeNow(db).release(succeeded);
      });
      expect(trace).toEqual(["+1", "-1 succeeded", "-config"]);
    });

    it("forever means until then, and starts no timer", () => {
      const trace: Trace = [];
      run(function* () {
        const db = yield* acquire(shared(counted(trace), { idle: Infinity }));
        takeNow(db).release(succeeded);
        expect(vi.getTimerCount()).toBe(0);
      });
      expect(trace).toEqual(["+1", "-1 succeeded"]);
    });

    it("who comes while it is released for being idle waits, and acquires it anew", async () => {
      const trace: Trace = [];
      const { handle: db } = await take(shared(countedSlowly(trace), { idle: 10 }));
      await (await take(db)).release(succeeded);
      vi.advanceTimersByTime(10);
      const next = await take(db);
      expect([next.handle, ...trace]).toEqual([2, "+1", "-1 succeeded", "1 released", "+2"]);
    });

    it("who gives up while it waits for a release begins nothing new, and the owner's scope ends", async () => {
      let count = 0;
      const db = resource(
        () => {
          if (count++ > 0) throw new Error("refused");
        },
        () => new Promise<void>((resolve) => void setTimeout(resolve, 60)),
        "db",
      );
      const policy = { attempts: Infinity, delay: 5, factor: 1 };
      const owner = await take(shared(retry(db, policy)));
      const releasing = (await take(owner.handle)).release(succeeded);
      const late = rejectedBy(take(withTimeout(owner.handle, { acquire: 20 })));
      await vi.advanceTimersByTimeAsync(20);
      expect((await late).error).toBeInstanceOf(TimeoutError);
      await vi.advanceTimersByTimeAsync(1000);
      await releasing;
      expect(count).toBe(1);
      await owner.release(succeeded);
    });

    const failingRelease = (trace: Trace) =>
      counted(trace, () => {
        throw new Error(`release ${trace.length}`);
      });

    it("errors that nobody waited for are thrown at the end of the owner's scope, combined (property 11)", () => {
      const trace: Trace = [];
      const body = new Error("body");
      const { error } = thrownBy(() =>
        run(function* () {
          const db = yield* acquire(shared(failingRelease(trace), { idle: 1 }));
          for (let round = 0; round < 3; round++) {
            takeNow(db).release(succeeded);
            if (round < 2) vi.advanceTimersByTime(1);
          }
          throw body;
        }),
      );
      expect(String(error)).toBe(
        [
          "SuppressedError: Error: release 4 (while releasing db)",
          "Error: release 2 (while releasing what was shared)",
          "Error: release 6 (while releasing db)",
          "Error: body",
        ].join("\n  after "),
      );
    });

    it("or told at once, to who wants to know", () => {
      const trace: Trace = [];
      const told: unknown[] = [];
      run(function* () {
        const db = yield* acquire(shared(failingRelease(trace), { idle: 1, onError: (it) => told.push(it) }));
        takeNow(db).release(succeeded);
        vi.advanceTimersByTime(1);
      });
      expect(told.map(String)).toEqual(["Error: release 2"]);
    });

    it("one who is told and throws has his error thrown at the end", () => {
      const onError = () => {
        throw new Error("log is full");
      };
      const { error } = thrownBy(() =>
        run(function* () {
          const db = yield* acquire(shared(failingRelease([]), { idle: 1, onError }));
          takeNow(db).release(succeeded);
          vi.advanceTimersByTime(1);
        }),
      );
      expect(String(error)).toBe("Error: log is full");
    });

    it("an owner that does not wait for a borrower still throws what was kept", () => {
      const trace: Trace = [];
      const owner = takeNow(shared(failingRelease(trace), { idle: 1 }));
      const db = owner.handle;
      takeNow(db).release(succeeded);
      vi.advanceTimersByTime(1);
      const loan = takeNow(db);
      expect(String(thrownBy(() => owner.release(succeeded)).error)).toBe("Error: release 2");
      expect(String(thrownBy(() => loan.release(succeeded)).error)).toBe("Error: release 4");
    });
  });

  describe("when the owner's scope has ended", () => {
    const message = "ClosedError: ts-raii: cannot borrow the shared db, but the scope that owns it has ended";

    it("nobody can borrow it any more", async () => {
      const owner = takeNow(shared(counted([])));
      owner.release(succeeded);
      const { error } = thrownBy(() => takeNow(owner.handle));
      expect(error).toBeInstanceOf(ClosedError);
      expect(String(error)).toBe(message);
      expect((error as ClosedError).resource).toBe("db");
      const slow = await take(shared(countedSlowly([])));
      await slow.release(succeeded);
      expect(String((await rejectedBy(take(slow.handle))).error)).toBe(message);
    });

    it("who has it keeps it, and an owner that awaits waits for him", async () => {
      const trace: Trace = [];
      const owner = await take(shared(countedSlowly(trace), { idle: 1000 }));
      const loan = await take(owner.handle);
      const ending = Promise.resolve(owner.release(succeeded)).then(() => trace.push("owner ended"));
      expect(await stateOf(ending)).toBe("pending");
      await loan.release(succeeded);
      await ending;
      expect(trace).toEqual(["+1", "-1 succeeded", "1 released", "owner ended"]);
    });

    it("who waits for it gets it, and is waited for", async () => {
      const trace: Trace = [];
      const owner = await take(shared(countedSlowly(trace)));
      const taking = take(owner.handle);
      const ending = Promise.resolve(owner.release(succeeded)).then(() => trace.push("owner ended"));
      await (await taking).release(succeeded);
      await ending;
      expect(trace).toEqual(["+1", "-1 succeeded", "1 released", "owner ended"]);
    });

    it("who waits for its release does not, and the owner waits for the release only", async () => {
      const trace: Trace = [];
      const owner = await take(shared(countedSlowly(trace)));
      const loan = await take(owner.handle);
      const releasing = loan.release(succeeded);
      const next = rejectedBy(take(owner.handle));
      await owner.release(succeeded);
      expect(trace).toEqual(["+1", "-1 succeeded", "1 released"]);
      expect(String((await next).error)).toBe(message);
      await releasing;
    });

    it("an acquisition that fails then is thrown to who waits, and the owner ends", async () => {
      const gate = new Gate<string>();
      const owner = await take(
        shared(
          resource(
            () => gate.promise,
            () => {},
          ),
        ),
      );
      const taking = rejectedBy(take(owner.handle));
      const ending = owner.release(succeeded);
      gate.fail("refused");
      await ending;
      expect((await taking).error).toBe("refused");
    });

    it("an owner that fails and does not wait causes no unhandled rejection; the last borrower releases", () => {
      const trace: Trace = [];
      const owner = takeNow(shared(counted(trace)));
      const loan = takeNow(owner.handle);
      const exit = failed(new Error("body"));
      void owner.release(exit); // as a scope that has acquired by raii() without await ignores it
      expect(trace).toEqual(["+1"]);
      loan.release(succeeded);
      expect(trace).toEqual(["+1", "-1 succeeded"]);
    });

    it("an owner that awaits is thrown the failures before and while it waited, in this order", async () => {
      vi.useFakeTimers();
      let count = 0;
      const it = resource(
        async () => ++count,
        (number) => Promise.reject(`release ${number}`),
      );
      const owner = await take(shared(it, { idle: 1 }));
      await (await take(owner.handle)).release(succeeded);
      await vi.advanceTimersByTimeAsync(1);
      await (await take(owner.handle)).release(succeeded);
      vi.advanceTimersByTime(1); // its release goes on
      const { error } = await rejectedBy(Promise.resolve(owner.release(succeeded)));
      expect(shapeOf(error)).toEqual(["release 2", "release 1"]);
      vi.useRealTimers();
    });
  });
});
