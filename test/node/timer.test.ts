import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { acquire, Resource, run } from "../../runtime/index.ts";
import { interval, timer } from "../../runtime/node/index.ts";
import { thrownBy } from "../runtime/traced.ts";
import { leavesNothing, use, useNow } from "./use.ts";

const both = [
  ["timer", timer],
  ["interval", interval],
] as const;

describe.each(both)("%s()", (name, make) => {
  it("does nothing until it is acquired", () =>
    leavesNothing(() => {
      make(() => expect.fail("nobody has acquired it"), 0);
    }));

  it("calls back, without arguments, while the scope lasts", () =>
    leavesNothing(async () => {
      const emitter = new EventTarget();
      const calls: unknown[][] = [];
      await use(
        make((...args: unknown[]) => {
          calls.push(args);
          emitter.dispatchEvent(new Event("called"));
        }, 1),
        () => once(emitter, "called"),
      );
      expect(calls[0]).toEqual([]);
    }));

  it.each(["success", "failure"])("is cleared when its scope ends: %s", (way) =>
    leavesNothing(async () => {
      const callback = vi.fn();
      const outcome = thrownByOrNothing(() =>
        useNow(make(callback, 0), () => {
          if (way === "failure") throw new Error("body");
        }),
      );
      expect(outcome).toBe(way === "failure" ? "Error: body" : undefined);
      await delay(5); // longer than the timer would have waited, and started after it
      expect(callback).not.toHaveBeenCalled();
    }),
  );

  it("gives the timer, and with unref lets the process end", () =>
    leavesNothing(() => {
      useNow(
        make(() => {}, 1000),
        (handle) => expect(handle.hasRef()).toBe(true),
      );
      useNow(
        make(() => {}, 1000, { unref: true }),
        (handle) => expect(handle.hasRef()).toBe(false),
      );
    }));

  it("property 34: each acquisition is a timer of its own", () =>
    leavesNothing(() => {
      const made = make(() => {}, 1000);
      run(function* () {
        expect(yield* acquire(made)).not.toBe(yield* acquire(made));
      });
    }));

  it("takes every delay that Node keeps, and refuses every other at the call", () => {
    const delays = fc.oneof(
      fc.double(),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(NaN, Infinity, -Infinity, 2 ** 31 - 1, 2 ** 31, -0),
    );
    fc.assert(
      fc.property(delays, (milliseconds) => {
        const keeps = milliseconds >= 0 && milliseconds <= 2 ** 31 - 1;
        if (keeps)
          return void useNow(
            make(() => {}, milliseconds, { unref: true }),
            () => {},
          );
        const { error } = thrownBy(() => make(() => {}, milliseconds));
        expect(error).toBeInstanceOf(RangeError);
        expect(String(error)).toBe(
          `RangeError: ts-raii: ${name}(): the delay must be from 0 to 2147483647 milliseconds, not ${milliseconds}`,
        );
      }),
    );
  });

  it("refuses what is no number and no function at the call", () => {
    const { error } = thrownBy(() => make(() => {}, "10" as unknown as number));
    expect(String(error)).toBe(
      `TypeError: ts-raii: ${name}(): the delay must be a number of milliseconds, not string`,
    );
    const { error: other } = thrownBy(() => make(undefined as unknown as () => void, 10));
    expect(String(other)).toBe(`TypeError: ts-raii: ${name}(callback, milliseconds) takes a function`);
  });

  it("refuses a second release", () => {
    const { release } = make(() => {}, 1000)[Resource.acquire]();
    release({ kind: "succeeded" });
    expect(() => release({ kind: "succeeded" })).toThrow(`${name} was released before`);
  });
});

function thrownByOrNothing(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return undefined;
}
