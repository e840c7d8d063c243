import { describe, expect, it, vi } from "vitest";
import { type Exit, Resource, resource, TimeoutError, withTimeout } from "../../runtime/index.ts";
import { combined, disposable, rejectedBy, shapeOf, type Trace } from "../runtime/traced.ts";
import { Gate, stateOf } from "../sharing/borrowing.ts";
import { useFakeTimers } from "../sharing/fake-timers.ts";
import { after, never, slow, timeoutOf, use } from "../sharing/slow.ts";

describe("withTimeout", () => {
  useFakeTimers();

  it("changes nothing for what keeps to it, and stops its timers", async () => {
    const trace: Trace = [];
    const using = use(withTimeout(slow(trace, 99, 99), { acquire: 100, release: 100 }), trace);
    await vi.runAllTimersAsync();
    await using;
    expect(trace).toEqual([
      ...["acquiring", "+db", "body", "releasing DB, succeeded", "-db", "-outer", "outer released"],
    ]);
  });

  it("stops its timer at once when the acquisition is there, or has failed", async () => {
    const gate = new Gate();
    const limited = withTimeout(
      resource(
        () => gate.promise,
        () => {},
      ),
      { acquire: 100 },
    );
    const acquiring = [limited[Resource.acquire](), limited[Resource.acquire]()];
    expect(vi.getTimerCount()).toBe(2);
    gate.open();
    await Promise.all(acquiring);
    expect(vi.getTimerCount()).toBe(0);
    const failing = withTimeout(
      resource(
        () => Promise.reject("no"),
        () => {},
      ),
      { acquire: 100 },
    );
    expect((await rejectedBy(use(failing))).error).toBe("no");
    expect(vi.getTimerCount()).toBe(0);
  });

  describe("an acquisition that is late", () => {
    it("property 31: is named, and what was acquired before it is released", async () => {
      const trace: Trace = [];
      const error = await timeoutOf(use(withTimeout(slow(trace, 500, 0), { acquire: 100 }), trace));
      expect(error.message).toBe(
        "ts-raii: acquiring db took longer than 100 ms; it is released when it arrives",
      );
      expect([error.name, error.resource, error.phase, error.milliseconds]).toEqual([
        ...["TimeoutError", "db", "acquire", 100],
      ]);
      expect(Object.keys(error)).not.toContain("late");
    });

    it("properties 26 and 32: is released when it arrives, once, told that failure", async () => {
      const trace: Trace = [];
      let told: Exit | undefined;
      const using = rejectedBy(
        use(
          withTimeout(
            slow(trace, 500, 50, (exit) => (told = exit)),
            { acquire: 100 },
          ),
          trace,
        ),
      );
      await vi.advanceTimersByTimeAsync(100);
      const { error } = await using;
      expect(trace).toEqual(["acquiring", "-outer", "outer released"]);
      const { late } = error as TimeoutError;
      expect(await stateOf(late)).toBe("pending");
      await vi.advanceTimersByTimeAsync(449);
      expect(await stateOf(late)).toBe("pending");
      await vi.advanceTimersByTimeAsync(1);
      expect(await stateOf(late)).toBe("fulfilled");
      expect(trace.slice(3)).toEqual(["+db", "releasing DB, failed", "-db"]);
      expect(told).toMatchObject({ kind: "failed", error });
    });

    it("that fails in the end says so in `late`, and is no unhandled rejection", async () => {
      const late = new Error("refused");
      const failing = resource(
        () => after(500).then(() => Promise.reject(late)),
        () => {},
      );
      const error = await timeoutOf(use(withTimeout(failing, { acquire: 100 })));
      expect((await rejectedBy(error.late)).error).toBe(late);
    });

    it("whose release fails says so in `late`, with what it was told of", async () => {
      const late = new Error("release");
      const broken = slow([], 500, 0, () => {
        throw late;
      });
      const error = await timeoutOf(use(withTimeout(broken, { acquire: 100 })));
      expect(shapeOf((await rejectedBy(error.late)).error)).toEqual([late, error]);
    });

    it("cannot be suppressed by its release: the scope has gone on", async () => {
      const suppressing = slow([], 500, 0, (exit) => exit.kind === "failed" && exit.suppress());
      const error = await timeoutOf(use(withTimeout(suppressing, { acquire: 100 })));
      await error.late;
    });

    it("never arrives: nothing waits for it", async () => {
      const trace: Trace = [];
      const error = await timeoutOf(
        use(
          withTimeout(
            resource(
              () => never,
              () => {},
            ),
            { acquire: 5 },
          ),
          trace,
        ),
      );
      expect(trace).toEqual(["-outer", "outer released"]);
      expect(await stateOf(error.late)).toBe("pending");
    });

    it("may be what a promise gives", async () => {
      const trace: Trace = [];
      const opening = after(500).then(() => disposable(trace, "file"));
      const error = await timeoutOf(use(withTimeout(opening, { acquire: 100, name: "a.txt" })));
      expect(error.resource).toBe("a.txt");
      await error.late;
      expect(trace).toEqual(["-file"]);
    });
  });

  describe("a release that is late", () => {
    it("property 31: is named, and the others go on", async () => {
      const trace: Trace = [];
      const hanging = withTimeout(
        resource(
          () => 1,
          () => never,
          "modem",
        ),
        { release: 250 },
      );
      const error = await timeoutOf(use(hanging, trace));
      expect(error.message).toBe(
        "ts-raii: releasing modem took longer than 250 ms; it goes on, and the other releases do not wait",
      );
      expect([error.resource, error.phase, error.milliseconds]).toEqual(["modem", "release", 250]);
      expect(trace).toEqual(["body", "-outer", "outer released"]);
    });

    it("is combined with the error of the body (S4)", async () => {
      const body = new Error("body");
      const hanging = withTimeout(
        resource(
          () => 1,
          () => never,
          "modem",
        ),
        { release: 250 },
      );
      const using = rejectedBy(
        use(hanging, [], () => {
          throw body;
        }),
      );
      await vi.runAllTimersAsync();
      const error = combined((await using).error);
      expect(error.error).toBeInstanceOf(TimeoutError);
      expect(error.suppressed).toBe(body);
    });

    it("that ends after all says so in `late`", async () => {
      const trace: Trace = [];
      const error = await timeoutOf(use(withTimeout(slow(trace, 0, 500), { release: 100 }), trace));
      await error.late;
      expect(trace.slice(3)).toEqual(["releasing DB, succeeded", "-outer", "outer released", "-db"]);
    });

    it("that fails in the end says so in `late`, and is no unhandled rejection", async () => {
      const late = new Error("line busy");
      const failing = slow([], 0, 500, () => {
        throw late;
      });
      const error = await timeoutOf(use(withTimeout(failing, { release: 100 })));
      expect((await rejectedBy(error.late)).error).toBe(late);
    });

    it("cannot suppress any more, and is told so", async () => {
      const suppressing = slow([], 0, 500, (exit) => exit.kind === "failed" && exit.suppress());
      const using = rejectedBy(
        use(withTimeout(suppressing, { release: 100 }), [], () => {
          throw "body";
        }),
      );
      await vi.runAllTimersAsync();
      const error = combined((await using).error);
      expect(error.suppressed).toBe("body");
      expect(String((await rejectedBy((error.error as TimeoutError).late)).error)).toBe(
        "Error: ts-raii: exit.suppress() after the release has ended",
      );
    });

    it("in time still suppresses", async () => {
      const suppressing = slow([], 0, 50, (exit) => exit.kind === "failed" && exit.suppress());
      const using = use(withTimeout(suppressing, { release: 100 }), [], () => {
        throw "body";
      });
      await vi.runAllTimersAsync();
      expect(await using).toBe(undefined);
    });
  });
});
