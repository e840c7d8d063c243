/** What Node and browsers have; the core is compiled without the types of either. */
interface Clock {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** A clock that is not set back, in milliseconds; looked up by each call, as the timers are. */
export function millisecondsNow(): number {
  return (globalThis as unknown as { performance: { now(): number } }).performance.now();
}

/** The longest time that `setTimeout` takes; one that is longer fires at once. */
const longest = 0x7fffffff;

/**
 * Calls back once, after `milliseconds` of any length; after `Infinity` never. The clock is looked up by each call: a
 * test may replace it. The timer keeps the process alive: with one that does not, the process could end, without a
 * word, while somebody waits, or before what the timer is to release is released. So whoever starts one stops it.
 *
 * @returns stops it; later and repeated calls do nothing.
 */
export function startTimer(milliseconds: number, callback: () => void): () => void {
  const { setTimeout, clearTimeout } = globalThis as unknown as Clock;
  let left = milliseconds;
  let timer: unknown;
  const wait = (): void => {
    const next = Math.min(left, longest);
    left -= next;
    timer = setTimeout(left > 0 ? wait : callback, next);
  };
  if (milliseconds !== Infinity) wait();
  return () => clearTimeout(timer);
}

/** @throws {RangeError} for what is no time: no number, `NaN` or negative. `Infinity` is one. */
export function checkMilliseconds(milliseconds: unknown, option: string): void {
  if (typeof milliseconds === "number" && milliseconds >= 0) return;
  throw new RangeError(
    `ts-raii: ${option} takes milliseconds, from 0 to Infinity, and not ${String(milliseconds)}`,
  );
}
