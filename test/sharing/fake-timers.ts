import { afterEach, beforeEach, expect, vi } from "vitest";

/** Gives each test a clock that it moves by itself, and sees that the test leaves no timer behind. */
export function useFakeTimers(): void {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}
