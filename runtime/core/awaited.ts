import { wait, type Waiting } from "./instructions.js";

/**
 * Awaits in a hand-written program (see {@link runAsync}).
 *
 * @param promise what `await` takes: a promise, a thenable, or any other value.
 * @returns to be delegated to: `const value = yield* awaited(promise)`. It takes the ticks of `await promise`.
 * @throws at the `yield*`, what the promise is rejected with.
 * @example
 * const answer = yield* awaited(fetch(url));
 */
export function awaited<T>(promise: T): Generator<Waiting, Awaited<T>, any>;
export function* awaited(promise: unknown): Generator<unknown, unknown, unknown> {
  return yield wait(promise);
}
