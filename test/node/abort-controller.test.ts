import { getEventListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { acquire, Resource, run } from "../../runtime/index.ts";
import { abortController } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { leavesNothing, use, useNow } from "./use.ts";

describe("abortController()", () => {
  it("does not abort when the scope succeeds", () => {
    const { signal } = useNow(abortController(), (controller) => {
      expect(controller).toBeInstanceOf(AbortController);
      return controller;
    });
    expect(signal.aborted).toBe(false);
  });

  it.each([new Error("body"), "text", null, 0])(
    "aborts with the error of a scope that fails: %s",
    (error) => {
      const handles: AbortController[] = [];
      const thrown = thrownBy(() =>
        useNow(abortController(), (controller) => {
          handles.push(controller);
          throw error;
        }),
      );
      expect(thrown.error).toBe(error);
      expect(handles[0]!.signal.aborted).toBe(true);
      expect(handles[0]!.signal.reason).toBe(error);
    },
  );

  it("aborts with the platform's reason where the error is undefined, or nothing is known of it", () => {
    for (const exit of [
      { kind: "failed", error: undefined, suppress() {} },
      { kind: "cancelled", reason: undefined },
    ] as const) {
      const { handle, release } = abortController()[Resource.acquire]();
      release(exit);
      expect(handle.signal.reason).toMatchObject({ name: "AbortError" });
    }
    const { handle, release } = abortController()[Resource.acquire]();
    release({ kind: "cancelled", reason: "deadline" });
    expect(handle.signal.reason).toBe("deadline");
  });

  it("always: aborts after a success, too", () => {
    const { signal } = useNow(abortController({ always: true }), (controller) => controller);
    expect(signal.reason).toMatchObject({ name: "AbortError" });
  });

  it("keeps the reason of the body's own abort", () => {
    const { signal } = useNow(abortController({ always: true }), (controller) => {
      controller.abort("enough");
      return controller;
    });
    expect(signal.reason).toBe("enough");
  });

  it("aborts when its turn has come: what is acquired after it has been released", () => {
    const order: string[] = [];
    thrownBy(() =>
      run(function* () {
        const { signal } = yield* acquire(abortController());
        signal.addEventListener("abort", () => order.push("aborted"));
        yield* acquire({ [Symbol.dispose]: () => order.push("released") } as unknown as Disposable);
        throw new Error("body");
      }),
    );
    expect(order).toEqual(["released", "aborted"]);
  });

  it("follows another signal, and lets go of it", () => {
    const parent = new AbortController();
    const { signal } = useNow(abortController({ signal: parent.signal }), (controller) => {
      expect(getEventListeners(parent.signal, "abort")).toHaveLength(1);
      return controller;
    });
    expect(getEventListeners(parent.signal, "abort")).toEqual([]);
    parent.abort("late");
    expect(signal.aborted).toBe(false);

    const next = new AbortController();
    useNow(abortController({ signal: next.signal }), (controller) => {
      next.abort("parent");
      expect(controller.signal.reason).toBe("parent");
    });
    useNow(abortController({ signal: next.signal }), (controller) => {
      expect(controller.signal.reason).toBe("parent"); // it had aborted before
    });
  });

  it("stops what the scope has started", () =>
    leavesNothing(async () => {
      const tasks: Promise<unknown>[] = [];
      const { error } = await rejectedBy(
        use(abortController(), ({ signal }) => {
          tasks.push(rejectedBy(delay(1e6, undefined, { signal })));
          throw new Error("body");
        }),
      );
      expect(String(error)).toBe("Error: body");
      expect(await tasks[0]).toMatchObject({ error: { name: "AbortError", cause: error } });
    }));
});
