import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  acquire,
  acquireAsync,
  awaited,
  ClosedError,
  contextManager,
  type Exit,
  memoize,
  resource,
  run,
  runAsync,
  shared,
} from "../../runtime/index.ts";
import { disposable, rejectedBy, shapeOf, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { alive } from "./alive.ts";
import { failed, Gate, stateOf, succeeded, take, takeNow } from "./borrowing.ts";

/** Numbers its acquisitions; `onRelease` sees the exit. */
function counted(trace: Trace, onRelease: (exit: Exit) => void = () => {}) {
  let count = 0;
  return resource(
    () => {
      trace.push(`+${++count}`);
      return count;
    },
    (number, exit) => {
      trace.push(`-${number} ${exit.kind}`);
      onRelease(exit);
    },
    "db",
  );
}

/** The same, taking some ticks each way. */
function countedSlowly(trace: Trace, onRelease: (exit: Exit) => void = () => {}) {
  let count = 0;
  return resource(
    async () => {
      const number = ++count;
      trace.push(`+${number}`);
      await ticks(3);
      return number;
    },
    async (number, exit) => {
      trace.push(`-${number} ${exit.kind}`);
      await ticks(3);
      trace.push(`${number} released`);
      onRelease(exit);
    },
    "db",
  );
}

describe("shared", () => {
  it("property 38: acquired by its first borrower, released with the last, again and again", () => {
    const trace: Trace = [];
    run(function* () {
      const db = yield* acquire(shared(counted(trace)));
      trace.push("owner");
      run(function* () {
        const a = yield* acquire(db);
        const b = yield* acquire(db);
        run(function* () {
          trace.push(`${a} ${b} ${yield* acquire(db)}`);
        });
      });
      run(function* () {
        trace.push(`${yield* acquire(db)}`);
      });
      trace.push("end");
    });
    expect(trace).toEqual([...["owner", "+1", "1 1 1", "-1 succeeded", "+2", "2", "-2 succeeded", "end"]]);
  });

  it("is not released by who is not the last, in whatever order they give it back", () => {
    const trace: Trace = [];
    const db = takeNow(shared(counted(trace))).handle;
    const [a, b, c] = [takeNow(db), takeNow(db), takeNow(db)];
    b.release(succeeded);
    a.release(succeeded);
    expect(trace).toEqual(["+1"]);
    c.release(succeeded);
    expect(trace).toEqual(["+1", "-1 succeeded"]);
  });

  it("property 38: who comes while it is acquired waits for that", async () => {
    const trace: Trace = [];
    const { handle: db } = await take(shared(countedSlowly(trace)));
    const [a, b] = await Promise.all([take(db), take(db)]);
    expect([a.handle, b.handle, ...trace]).toEqual([1, 1, "+1"]);
    await a.release(succeeded);
    expect(trace).toEqual(["+1"]);
    await b.release(succeeded);
    expect(trace).toEqual(["+1", "-1 succeeded", "1 released"]);
  });

  it("is not released under one who still waits when the other has given it back", async () => {
    const trace: Trace = [];
    const { handle: db } = await take(shared(countedSlowly(trace)));
    const first = take(db).then((loan) => loan.release(succeeded));
    const second = take(db);
    await first;
    expect(trace).toEqual(["+1"]);
    await (await second).release(succeeded);
    expect(trace).toEqual(["+1", "-1 succeeded", "1 released"]);
  });

  it("who comes while it is released waits for that, and acquires it anew", async () => {
    const trace: Trace = [];
    const { handle: db } = await take(shared(countedSlowly(trace)));
    const first = await take(db);
    const releasing = first.release(succeeded);
    const [second, third] = await Promise.all([take(db), take(db)]);
    expect([second.handle, third.handle, ...trace]).toEqual([2, 2, "+1", "-1 succeeded", "1 released", "+2"]);
    await releasing;
  });

  it("property 38: an acquisition that fails leaves no residue: all who wait are told, the next one tries anew", async () => {
    const trace: Trace = [];
    const gates = [new Gate<string>(), new Gate<string>()];
    let attempt = 0;
    const it = resource(
      () => gates[attempt++]!.promise,
      (handle) => trace.push(`-${handle}`),
    );
    const { handle: db } = await take(shared(it));
    const waiting = [take(db), take(db)].map(rejectedBy);
    const error = new Error("refused");
    gates[0]!.fail(error);
    const third = rejectedBy(waiting[0]!.then(() => take(db)).then(() => Promise.reject("there")));
    gates[1]!.open("second");
    expect((await Promise.all(waiting)).map((each) => each.error)).toEqual([error, error]);
    expect((await third).error).toBe("there");
    expect([attempt, ...trace]).toEqual([2]);
  });

  it("and takes nothing from those who have begun anew, in whichever ticks they come", async () => {
    for (let one = 0; one < 12; one++) {
      for (let two = 0; two < 12; two++) {
        const gate = new Gate<number>();
        let made = 0;
        const it = resource(
          () => (++made === 1 ? gate.promise : ticks(5).then(() => made)),
          () => {},
        );
        const { handle: db } = await take(shared(it));
        const borrow = () => take(db).then(({ handle }) => handle, String);
        const borrowing = [borrow(), borrow()];
        gate.fail("refused");
        await Promise.all([one, two].map((tick) => ticks(tick).then(() => borrowing.push(borrow()))));
        await Promise.all(borrowing);
        expect([await borrow(), made]).toEqual([2, 2]);
      }
    }
  });

  it("an acquisition that fails at once leaves no residue, either", () => {
    let fails = true;
    const db = takeNow(
      shared(
        resource(
          () => {
            if (fails) throw new Error("refused");
            return "DB";
          },
          () => {},
        ),
      ),
    ).handle;
    expect(String(thrownBy(() => takeNow(db)).error)).toBe("Error: refused");
    fails = false;
    expect(takeNow(db).handle).toBe("DB");
  });

  it("acquires nothing when nobody borrows it", () => {
    const trace: Trace = [];
    run(function* () {
      yield* acquire(shared(counted(trace), { idle: 1000 }));
    });
    expect(trace).toEqual([]);
  });

  describe("what its release is told", () => {
    it("succeeded, whatever has become of its borrowers; they keep their errors", () => {
      const trace: Trace = [];
      const suppressing = counted(trace, (exit) => exit.kind === "failed" && exit.suppress());
      const db = takeNow(shared(suppressing)).handle;
      const error = new Error("body");
      expect(
        thrownBy(() =>
          run(function* () {
            yield* acquire(db);
            throw error;
          }),
        ).error,
      ).toBe(error);
      expect(trace).toEqual(["+1", "-1 succeeded"]);
    });

    it("with its owner, how the scope of that ended; and then it can suppress", () => {
      const trace: Trace = [];
      const suppressing = counted(trace, (exit) => exit.kind === "failed" && exit.suppress());
      run(function* () {
        const db = yield* acquire(memoize(suppressing));
        yield* acquire(db);
        throw new Error("body");
      });
      expect(trace).toEqual(["+1", "-1 failed"]);
    });

    it("with its owner, an error that is thrown on is not doubled (property 14)", () => {
      const error = new Error("body");
      const rethrowing = counted([], (exit) => {
        if (exit.kind === "failed") throw exit.error;
      });
      const use = () =>
        run(function* () {
          yield* acquire(yield* acquire(memoize(rethrowing)));
          throw error;
        });
      expect(thrownBy(use).error).toBe(error);
    });
  });

  it("an error of the release is thrown to the last borrower, and the next one acquires anew", () => {
    const trace: Trace = [];
    const error = new Error("release");
    const db = takeNow(
      shared(
        counted(trace, () => {
          throw error;
        }),
      ),
    ).handle;
    const [a, b] = [takeNow(db), takeNow(db)];
    a.release(succeeded);
    expect(thrownBy(() => b.release(succeeded)).error).toBe(error);
    expect(takeNow(db).handle).toBe(2);
  });

  it("a loan is given back once: twice is an error, and counts once", () => {
    const trace: Trace = [];
    const db = takeNow(shared(counted(trace))).handle;
    const [a, b] = [takeNow(db), takeNow(db)];
    a.release(succeeded);
    expect(String(thrownBy(() => a.release(succeeded)).error)).toBe(
      "Error: ts-raii: db was given back before",
    );
    expect(trace).toEqual(["+1"]);
    b.release(succeeded);
    expect(trace).toEqual(["+1", "-1 succeeded"]);
  });

  it("cannot be borrowed by its own release", () => {
    let error: unknown;
    const db = takeNow(
      shared(
        counted([], () => {
          error ??= thrownBy(() =>
            run(function* () {
              yield* acquire(db);
            }),
          ).error;
        }),
      ),
    ).handle;
    takeNow(db).release(succeeded);
    expect(String(error)).toMatch(/^TypeError: ts-raii: cannot acquire/);
  });

  describe("kept for a while", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => {
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });

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

  it("is made anew for each owner (property 34)", () => {
    const trace: Trace = [];
    const both = shared(counted(trace));
    const [one, other] = [takeNow(both), takeNow(both)];
    expect([takeNow(one.handle).handle, takeNow(other.handle).handle]).toEqual([1, 2]);
  });

  it("can be borrowed in an ordinary program, at the same time by several", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      const db = yield* acquireAsync(shared(countedSlowly(trace)));
      const worker = (name: string) =>
        runAsync(function* () {
          const number = yield* acquireAsync(db);
          trace.push(`${name} has ${number}`);
          yield* awaited(ticks(name === "a" ? 1 : 9));
        });
      yield* awaited(Promise.all([worker("a"), worker("b")]));
    });
    expect(trace).toEqual(["+1", "a has 1", "b has 1", "-1 succeeded", "1 released"]);
  });

  it.each([NaN, -1, "10", null])("refuses to keep it for %o", (idle) => {
    const { error } = thrownBy(() => shared(counted([]), { idle: idle as number }));
    expect(String(error)).toBe(
      `RangeError: ts-raii: shared(): idle takes milliseconds, from 0 to Infinity, and not ${idle}`,
    );
  });

  it("refuses what cannot be acquired anew, and an onError that is no function", () => {
    for (const it of [Promise.resolve(counted([])), disposable([], "a"), null]) {
      expect(String(thrownBy(() => shared(it as never)).error)).toBe(
        "TypeError: ts-raii: shared() takes a resource, which it acquires anew each time: resource(acquire, release)",
      );
    }
    expect(String(thrownBy(() => shared(counted([]), { onError: "log" as never })).error)).toBe(
      "TypeError: ts-raii: shared(): onError is a function",
    );
  });

  it("property 47: holds nothing of what was released, while it lives on (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const db = takeNow(
      shared(
        resource(
          () => ({ handle: true }),
          () => {},
        ),
      ),
    ).handle;
    const loans = [takeNow(db), takeNow(db)];
    refs["handle"] = new WeakRef(loans[0]!.handle);
    for (const loan of loans) loan.release(succeeded);
    expect(await alive(refs)).toEqual([]);
    expect([db, loans]).toHaveLength(2);
  });
});

describe("memoize", () => {
  it("acquires when it is first used, gives all the same handle, and releases with the scope", () => {
    const trace: Trace = [];
    const handles = run(function* () {
      const browser = yield* acquire(
        memoize(
          contextManager(function* browser() {
            trace.push("+browser");
            yield {};
            trace.push("-browser");
          })(),
        ),
      );
      trace.push("begun");
      const use = () =>
        run(function* () {
          return yield* acquire(browser);
        });
      const handles = [use(), use(), use()];
      trace.push("ended");
      return handles;
    });
    expect(new Set(handles).size).toBe(1);
    expect(trace).toEqual(["begun", "+browser", "ended", "-browser"]);
  });

  it("acquires nothing when it is not used", () => {
    const trace: Trace = [];
    run(function* () {
      yield* acquire(memoize(counted(trace)));
    });
    expect(trace).toEqual([]);
  });

  it("does not remember a failure", async () => {
    let fails = true;
    const it = resource(
      async () => {
        if (fails) throw new Error("refused");
        return 1;
      },
      () => {},
    );
    const { handle } = await take(memoize(it));
    expect(String((await rejectedBy(take(handle))).error)).toBe("Error: refused");
    fails = false;
    expect((await take(handle)).handle).toBe(1);
  });
});
