import { describe, expect, it, vi } from "vitest";
import { acquire, run } from "../../runtime/index.ts";
import { signals } from "../../runtime/node/index.ts";
import { thrownBy } from "../runtime/traced.ts";
import { leavesNothing, listenersOf, useNow } from "./use.ts";

/** As the system does it; a real one would reach what else listens in this process. */
const receive = (name: NodeJS.Signals): boolean => process.emit(name, name);

describe("signals()", () => {
  it("aborts at the first signal, and listens no more then, but for half a second for the same one", () => {
    vi.useFakeTimers();
    const before = listenersOf(process);
    useNow(signals("SIGUSR2", "SIGWINCH"), (received) => {
      expect(listenersOf(process)).toEqual({
        ...before,
        SIGUSR2: (before.SIGUSR2 ?? 0) + 1,
        SIGWINCH: (before.SIGWINCH ?? 0) + 1,
      });
      expect(received.aborted).toBe(false);
      receive("SIGWINCH");
      expect(received.reason).toMatchObject({
        name: "AbortError",
        code: "ABORT_ERR",
        message: "received SIGWINCH",
        signal: "SIGWINCH",
      });
      expect(listenersOf(process)).toEqual({ ...before, SIGWINCH: (before.SIGWINCH ?? 0) + 1 });
      receive("SIGUSR2");
      receive("SIGWINCH");
      expect(received.reason).toMatchObject({ signal: "SIGWINCH" });
    });
    vi.advanceTimersByTime(499);
    expect(listenersOf(process)).not.toEqual(before); // although the scope has ended: it may still be on its way
    vi.advanceTimersByTime(1);
    expect(listenersOf(process)).toEqual(before);
    vi.useRealTimers();
  });

  it("listens for SIGINT and SIGTERM, and no more when the scope has ended, however it has", () => {
    const before = listenersOf(process);
    const seen: string[] = [];
    thrownBy(() =>
      useNow(signals(), () => {
        const now = listenersOf(process);
        seen.push(...Object.keys(now).filter((name) => now[name] !== before[name]));
        throw new Error("body");
      }),
    );
    expect(seen.sort()).toEqual(["SIGINT", "SIGTERM"]);
    expect(listenersOf(process)).toEqual(before);
  });

  it("keeps the process alive until a signal comes, or the scope ends", () =>
    leavesNothing(() => {
      const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
      const before = timers();
      useNow(signals("SIGUSR2"), () => expect(timers()).toBe(before + 1));
      expect(timers()).toBe(before);
      useNow(signals("SIGUSR2"), () => {
        receive("SIGUSR2");
        expect(timers()).toBe(before);
      });
    }));

  it("property 34: can be acquired twice", () => {
    const received = signals("SIGUSR2");
    run(function* () {
      const both = [yield* acquire(received), yield* acquire(received)];
      receive("SIGUSR2");
      expect(both.map((each) => each.aborted)).toEqual([true, true]);
    });
  });

  it.each(["SIGKILL", "SIGSTOP", "SIGFOO", "sigint", ""])("refuses %s at the call", (name) => {
    const { error } = thrownBy(() => signals(name as "SIGINT"));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`ts-raii: signals(): `);
    expect(String(error)).toContain(name);
  });
});
