import { afterEach, expect, it } from "vitest";
import { cancelOn } from "../../runtime/cancel/cancel-on.ts";
import { stepping } from "../../runtime/core/step.ts";
import { acquire, awaited, runAsync } from "../../runtime/index.ts";

afterEach(() => {
  expect(stepping.context).toBe(undefined);
});

/** Waits until it is cancelled. */
function* wait(): Generator<any, void, any> {
  yield* awaited(new Promise(() => {}));
}

it("100,000 children are cancelled and awaited in linear time", async () => {
  const controller = new AbortController();
  let ended = 0;
  const parent = runAsync(function* () {
    yield* acquire(cancelOn(controller.signal));
    const children = Array.from({ length: 1e5 }, async () => {
      try {
        await runAsync(wait);
      } finally {
        ended++;
      }
    });
    yield* awaited(Promise.allSettled(children));
    yield* awaited(undefined);
  });
  const start = performance.now();
  controller.abort("gone");
  await expect(parent).rejects.toBe("gone");
  expect(ended).toBe(1e5);
  expect(performance.now() - start).toBeLessThan(10_000);
});

it("500 activations in one another are cancelled from the inside to the outside, and 100,000 scopes without recursion", async () => {
  const controller = new AbortController();
  const order: number[] = [];
  function* nested(depth: number): Generator<any, void, any> {
    try {
      yield* awaited(depth === 0 ? new Promise(() => {}) : runAsync(() => nested(depth - 1)));
    } finally {
      order.push(depth);
    }
  }
  const deep = runAsync(function* (): Generator<any, void, any> {
    yield* acquire(cancelOn(controller.signal));
    yield* awaited(runAsync(() => nested(500)));
  });
  const wide = runAsync(function* (): Generator<any, void, any> {
    const never = new AbortController().signal;
    yield* acquire(cancelOn(controller.signal));
    for (let count = 0; count < 1e5; count++) yield* acquire(cancelOn(createSignal(never)));
    yield* awaited(new Promise(() => {}));
  });
  controller.abort("gone");
  await expect(deep).rejects.toBe("gone");
  await expect(wide).rejects.toBe("gone");
  expect(order).toEqual(Array.from({ length: 501 }, (_, depth) => depth));
});

/** One that has no listeners to count. */
function createSignal({ aborted, reason }: AbortSignal): AbortSignal {
  return {
    aborted,
    reason: reason as unknown,
    addEventListener() {},
    removeEventListener() {},
  } as unknown as AbortSignal;
}
