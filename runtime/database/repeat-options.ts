/** How often a transaction is run again, and how long to wait in between: in the words of `retry`. */
export interface RepeatOptions {
  /** How often it is run at most, the first time included: a whole number from 1, by default 5. */
  readonly attempts?: number | undefined;
  /**
   * Whether to run it again after this error, if attempts are left; by default after a serialization failure or a
   * deadlock.
   * @param attempt the number of the attempt that has failed, from 1.
   */
  readonly when?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Milliseconds before the second attempt, by default 10. */
  readonly delay?: number | undefined;
  /** Each wait is that many times as long as the one before, by default 2. */
  readonly factor?: number | undefined;
  /** The longest wait in milliseconds, by default a second. */
  readonly maxDelay?: number | undefined;
  /** Which part of each wait is left to chance, from 0 (none) to 1 (the whole of it, the default). */
  readonly jitter?: number | undefined;
  /** What gives chance, from 0 up to 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const checks: { readonly [Option in keyof Required<RepeatOptions>]: [string, (value: unknown) => boolean] } =
  {
    attempts: ["a whole number from 1", (value) => Number.isInteger(value) && (value as number) >= 1],
    when: ["a function", isFunction],
    delay: ["milliseconds from 0", isNumberFrom0],
    factor: ["a number from 0", isNumberFrom0],
    maxDelay: ["milliseconds from 0", isNumberFrom0],
    jitter: ["a number from 0 to 1", (value) => isNumberFrom0(value) && (value as number) <= 1],
    random: ["a function", isFunction],
  };

/** Splits the options into how to repeat and the rest. @throws {RangeError} or a TypeError for what is out of range. */
export function splitOptions(options: object): { repeat: RepeatOptions; rest: Record<string, unknown> } {
  const repeat: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    const [range, holds] = checks[key as keyof RepeatOptions] ?? [];
    if (holds === undefined) rest[key] = value;
    else if (value === undefined || holds(value)) repeat[key] = value;
    else {
      const message = `ts-raii: withTransaction(): ${key} is ${range}, and not ${String(value)}`;
      throw range === "a function" ? new TypeError(message) : new RangeError(message);
    }
  }
  return { repeat, rest };
}

/** Milliseconds to wait after an attempt has failed. */
export function waitAfter(attempt: number, options: RepeatOptions): number {
  const { delay = 10, factor = 2, maxDelay = 1000, jitter = 1, random = Math.random } = options;
  return Math.min(delay * factor ** (attempt - 1), maxDelay) * (1 - jitter * random());
}

/** The timer keeps the process alive: what it waits for is still to be done. */
export function pause(milliseconds: number): Promise<void> {
  const { setTimeout } = globalThis as unknown as Clock;
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

/** What Node and browsers have; this part is compiled without the types of either. */
interface Clock {
  setTimeout(callback: () => void, milliseconds: number): unknown;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isNumberFrom0(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < 2 ** 31;
}
