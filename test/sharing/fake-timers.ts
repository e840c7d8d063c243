import { afterEach, beforeEach, expect, vi } from "vitest";

/** Gives each test a clock that it moves by itself, and sees that the test leaves no timer behind. */
export function useFakeTimers(): void {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}

/**
 * Collects the milliseconds of each timer that is started during `body`. It does not use `vi.spyOn`: vitest restores a spy
 * once more at the end of the file, and would put the fake timer of this test back for the next file.
 */
export async function timersStartedDuring(body: () => Promise<unknown>): Promise<number[]> {
  const waits: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((callback: () => void, milliseconds: number) => {
    waits.push(milliseconds);
    return setTimeout(callback, milliseconds);
  }) as typeof setTimeout;
  try {
    await body();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  return waits;
}
