import { describe, expect, it } from "vitest";
import { AsyncExitStack, ExitStack, resource } from "../../runtime/index.ts";
import { combined, isCombined, rejectedBy, thrownBy } from "../runtime/traced.ts";

const million = 1_000_000;
const many = 100_000;

/** Releases check that they come in exact reverse order: no trace of a million entries is needed. */
function countdown(count: number) {
  let next = count;
  return {
    left: () => next,
    release: (index: number): void => {
      if (--next !== index) throw new Error(`released ${index} and not ${next}`);
    },
  };
}

function lengthOfChain(error: unknown): number {
  let length = 1;
  for (; isCombined(error); error = combined(error).suppressed) length++;
  return length;
}

// So many take their time on a busy machine: that they end is tested, not when.
describe("property 44: stacks of any height (S9)", { timeout: 300_000 }, () => {
  it("a million callbacks with their arguments, in exact reverse", () => {
    const { release, left } = countdown(million);
    const stack = new ExitStack();
    for (let i = 0; i < million; i++) stack.callback(release, i);
    stack.close();
    expect(left()).toBe(0);
  });

  it("a million resources", () => {
    const { release, left } = countdown(million);
    let next = 0;
    const counted = resource(() => next++, release);
    ExitStack.run((stack) => {
      for (let i = 0; i < million; i++) stack.enter(counted);
    });
    expect(left()).toBe(0);
  });

  it("a million callbacks of an asynchronous one, every third taking time", async () => {
    const { release, left } = countdown(million);
    const stack = new AsyncExitStack();
    const slow = async (i: number) => release(i);
    for (let i = 0; i < million; i++) stack.callback(i % 3 ? release : slow, i);
    await stack.close();
    expect(left()).toBe(0);
  });

  it("a hundred thousand resources entered asynchronously", async () => {
    const { release, left } = countdown(many);
    let next = 0;
    const counted = resource(
      async () => next++,
      async (index) => release(index),
    );
    await AsyncExitStack.run(async (stack) => {
      for (let i = 0; i < many; i++) await stack.enterAsync(counted);
    });
    expect(left()).toBe(0);
  });

  it("a hundred thousand releases that all fail, and one each that enters the next", () => {
    const failing = new ExitStack();
    for (let i = 0; i < many; i++) {
      failing.callback(() => {
        throw i;
      });
    }
    expect(lengthOfChain(thrownBy(() => failing.close()).error)).toBe(many);

    const growing = new ExitStack();
    let grown = 0;
    const grow = (): void => {
      if (++grown < many) growing.callback(grow);
    };
    growing.callback(grow);
    growing.close();
    expect(grown).toBe(many);
  });

  it("a hundred thousand asynchronous releases that all fail", async () => {
    const stack = new AsyncExitStack();
    for (let i = 0; i < many; i++) stack.callback(() => Promise.reject(i));
    expect(lengthOfChain((await rejectedBy(stack.close())).error)).toBe(many);
  });
});
