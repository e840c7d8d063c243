import { describe, expect, it } from "vitest";
import type { AsyncProgram } from "../../runtime/core/async-driver.ts";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { leave, request } from "../../runtime/core/instructions.ts";
import { acquire, acquireAsync, awaited, contextManager, resource, runAsync } from "../../runtime/index.ts";
import { Countdown } from "./countdown.ts";
import { combined, isCombined, rejectedBy } from "./traced.ts";

const million = 1_000_000;
const many = 100_000;

// So many take their time on a busy machine: that they end is tested, not when.
describe("scale of asynchronous programs", { timeout: 300_000 }, () => {
  it("property 44: a million AsyncDisposables in one scope (S9)", async () => {
    let held = 0;
    const one = { [Symbol.asyncDispose]: async () => void held-- };
    const result = await runAsync(function* () {
      for (let i = 0; i < million; i++) {
        yield* acquireAsync(one);
        held++;
      }
      return held;
    });
    expect([result, held]).toEqual([million, 0]);
  });

  it("property 44: a million Resources in one scope, sync and async in turn, in exact reverse (S9)", async () => {
    const countdown = new Countdown();
    const result = await runAsync(function* () {
      let last = -1;
      for (let i = 0; i < million; i++) last = yield* i % 2 ? acquire(countdown) : acquireAsync(countdown);
      return last;
    });
    expect([result, countdown.held]).toEqual([million - 1, 0]);
  });

  it("property 44: a million nulls, one await for all (S9)", async () => {
    let ticks = 0;
    let isOver = false;
    const beat = (): void => {
      ticks++;
      if (!isOver) queueMicrotask(beat);
    };
    beat();
    await runAsync(function* () {
      for (let i = 0; i < million; i++) yield* acquireAsync(null);
    });
    isOver = true;
    expect(ticks).toBeLessThan(10);
  });

  it("property 44: a million awaits, of promises and of values (S9)", async () => {
    const sum = await runAsync(function* () {
      let total = 0;
      for (let i = 0; i < million; i++) total += yield* awaited(i % 2 ? Promise.resolve(1) : 1);
      return total;
    });
    expect(sum).toBe(million);
  });

  it("property 44: many acquisitions that fail and are caught (S9)", async () => {
    const failing = resource(
      () => Promise.reject("no"),
      () => expect.fail("nothing was acquired"),
    );
    const caught = await runAsync(function* () {
      let count = 0;
      for (let i = 0; i < many; i++) {
        try {
          yield* acquireAsync(failing);
        } catch {
          count++;
        }
      }
      return count;
    });
    expect(caught).toBe(many);
  });

  it("property 44: a million blocks one after the other, and many all open at once (S9)", async () => {
    const countdown = new Countdown();
    const program = function* (count: number, isNested: boolean): AsyncProgram<string> {
      const scopes: AsyncScope[] = [];
      for (let i = 0; i < count; i++) {
        const scope = new AsyncScope();
        yield scope.take(request(countdown));
        if (isNested) scopes.push(scope);
        else yield leave(scope);
      }
      let failure: { readonly error: unknown } = { error: "body" };
      for (const scope of scopes.reverse()) {
        scope.fail(failure.error);
        try {
          yield leave(scope);
        } catch (error) {
          failure = { error };
        }
      }
      return failure.error as string;
    };
    expect(await runAsync(program(million, false))).toBe("body");
    expect(await runAsync(program(many, true))).toBe("body");
    expect(countdown.held).toBe(0);
  });

  it("property 44: many context managers in one scope, each of which is thrown the error and rethrows it (S9)", async () => {
    let left = 0;
    const manager = contextManager(async function* () {
      try {
        yield;
      } finally {
        left++;
      }
    })();
    const error = new Error("body");
    const thrown = await rejectedBy(
      runAsync(function* () {
        for (let i = 0; i < many; i++) yield* acquireAsync(manager);
        throw error;
      }),
    );
    expect(thrown.error).toBe(error);
    expect(left).toBe(many);
  });

  it.each<[string, (index: number) => unknown]>([
    ["rejects", (index) => Promise.reject(new Error(`release ${index}`))],
    [
      "throws",
      (index) => {
        throw new Error(`release ${index}`);
      },
    ],
  ])(
    "property 13: 1e5 releases that fail, each of which %s, end in a chain that holds each error",
    async (_, fail) => {
      const { error } = await rejectedBy(
        runAsync(function* () {
          for (let i = 0; i < many; i++)
            yield* i % 2
              ? acquireAsync({ [Symbol.asyncDispose]: () => fail(i) as Promise<void> })
              : acquireAsync(
                  resource(
                    () => i,
                    (index) => fail(index),
                  ),
                );
          throw new Error("body");
        }),
      );
      expect(combined(error).message.length).toBeLessThan(10_000);
      let link: unknown = error;
      for (let i = 0; i < many; i++) {
        const { error: later, suppressed }: SuppressedError = combined(link);
        if ((later as Error).message !== `release ${i}`)
          expect.fail(`found ${String(later)} in place of ${i}`);
        link = suppressed;
      }
      expect((link as Error).message).toBe("body");
    },
  );

  it("property 13: a release that is told of a long chain and rejects with it costs no walk along the chain", async () => {
    const failing = resource(
      () => {},
      () => Promise.reject(new Error("release")),
    );
    const rethrowing = resource(
      () => {},
      async (_, exit) => {
        if (exit.kind === "failed") throw exit.error;
      },
    );
    const { error } = await rejectedBy(
      runAsync(function* () {
        for (let i = 0; i < many; i++) yield* acquireAsync(i % 2 === 0 ? failing : rethrowing);
      }),
    );
    let links = 0;
    for (let link = error; isCombined(link); link = link.suppressed) links++;
    expect(links).toBe(many / 2 - 1);
  });
});
