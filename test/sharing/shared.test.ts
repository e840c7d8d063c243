import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  awaited,
  memoize,
  resource,
  run,
  runAsync,
  shared,
} from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { rejectedBy, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { Gate, succeeded, take, takeNow } from "./borrowing.ts";
import { counted, countedSlowly } from "./counted.ts";

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
    for (const it of [Promise.resolve(counted([])), new WeakMap(), null]) {
      expect(String(thrownBy(() => shared(it as never)).error)).toBe(
        `TypeError: ts-raii: shared() takes a resource, which it acquires anew each time, and was given ${it === null ? "null" : `[object ${it.constructor.name}]`}`,
      );
    }
    expect(String(thrownBy(() => shared(counted([]), { onError: "log" as never })).error)).toBe(
      "TypeError: ts-raii: shared(): onError takes a function, and was given log",
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
