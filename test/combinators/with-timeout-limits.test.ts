import { describe, expect, it, vi } from "vitest";
import { acquireAsync, type Exit, Resource, resource, runAsync, withTimeout } from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { asyncDisposable, disposable, rejectedBy, thrownBy, type Trace } from "../runtime/traced.ts";
import { Gate, stateOf } from "../sharing/borrowing.ts";
import { timersStartedDuring, useFakeTimers } from "../sharing/fake-timers.ts";
import { never, use } from "../sharing/slow.ts";

describe("withTimeout", () => {
  useFakeTimers();

  it("takes no time, and no timer, where the resource takes none", async () => {
    const trace: Trace = [];
    for (const it of [
      disposable(trace, "a"),
      resource(
        () => 1,
        () => {},
      ),
      null,
      undefined,
    ]) {
      const acquisition = withTimeout(it, { acquire: 0, release: 0 })[Resource.acquire]();
      expect(acquisition).toHaveProperty("release");
      expect((acquisition as { release(exit: Exit): unknown }).release({ kind: "succeeded" })).toBe(
        undefined,
      );
    }
    expect(trace).toEqual(["-a"]);
  });

  it("is without limit where none is given, or Infinity", async () => {
    const trace: Trace = [];
    const started = await timersStartedDuring(async () => {
      for (const limits of [{}, { acquire: Infinity, release: Infinity }, { acquire: undefined }]) {
        const limited = withTimeout(asyncDisposable(trace, "a"), limits);
        await use(withTimeout(limited, limits));
      }
    });
    expect(started).toEqual([]);
    expect(trace.length).toBe(6);
  });

  it("counts a time that is longer than setTimeout can", async () => {
    const month = 31 * 24 * 3600 * 1000;
    const using = rejectedBy(
      use(
        withTimeout(
          resource(
            () => never,
            () => {},
          ),
          { acquire: month },
        ),
      ),
    );
    await vi.advanceTimersByTimeAsync(month - 1);
    expect(await stateOf(using)).toBe("pending");
    await vi.advanceTimersByTimeAsync(1);
    expect(await stateOf(using)).toBe("fulfilled");
  });

  it.each(["acquire", "release"] as const)("refuses a limit that is none: %s", (phase) => {
    for (const limit of [NaN, -1, -Infinity, "100", null, {}]) {
      const { error } = thrownBy(() => withTimeout(null, { [phase]: limit } as never));
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toBe(
        `RangeError: ts-raii: withTimeout(): ${phase} takes milliseconds, from 0 to Infinity, and not ${String(limit)}`,
      );
    }
  });
});

describe("with the clock of the machine", () => {
  it("a timer keeps the process alive as long as somebody waits, and no longer", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
    const before = timers();
    const gate = new Gate();
    const acquiring = withTimeout(
      resource(
        () => gate.promise,
        () => {},
      ),
      { acquire: 1e6 },
    )[Resource.acquire]();
    expect(timers()).toBe(before + 1);
    gate.open();
    await acquiring;
    expect(timers()).toBe(before);
  });

  it("property 47: holds neither the handle nor the error afterwards (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const limited = withTimeout(
      resource(
        async () => ({ handle: true }),
        async () => {},
      ),
      { acquire: 1e6 },
    );
    await (async () => {
      const error = new Error("body");
      refs["error"] = new WeakRef(error);
      await rejectedBy(
        runAsync(function* () {
          refs["handle"] = new WeakRef(yield* acquireAsync(limited));
          yield* acquireAsync(null);
          throw error;
        }),
      );
    })();
    expect(await alive(refs)).toEqual([]);
    expect(limited).toBeDefined();
  });
});
