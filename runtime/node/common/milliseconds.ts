/** The longest delay of Node's timers: a longer one they take for 1. */
export const longestDelay = 0x7fffffff;

/** How long a release waits for an orderly end, where its options do not say. */
export const defaultGrace = 5000;

/**
 * Checks how long something waits. Node's timers would take NaN, a negative or a too long delay for 1, and so fire at
 * once.
 *
 * @param what names it in the error: `timer(): the delay`.
 * @param also what is allowed besides, for the error.
 * @throws {TypeError | RangeError} for what is no number; for one that a timer cannot wait for.
 */
export function checkDelay(what: string, value: number, also = ""): number {
  if (typeof value !== "number") {
    throw new TypeError(`ts-raii: ${what} must be a number of milliseconds, not ${typeof value}`);
  }
  if (!(value >= 0 && value <= longestDelay)) {
    throw new RangeError(
      `ts-raii: ${what} must be from 0 to ${longestDelay} milliseconds${also}, not ${value}`,
    );
  }
  return value;
}

/** As `checkDelay`, of the option `grace`, where `Infinity` waits without an end. */
export function checkGrace(name: string, value: number = defaultGrace): number {
  return value === Infinity ? value : checkDelay(`${name}(): grace`, value, " or Infinity");
}
