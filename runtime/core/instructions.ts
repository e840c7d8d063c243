import { onePerProcess } from "./one-per-process.js";
import { Scope } from "./scope.js";

/** Stands for what only the async driver understands; the type of {@link run} refuses a program that yields it. */
export interface Waiting {
  readonly "runs in runAsync() only": never;
}

/** What a program asks for by its next yield; a plain `yield` asks to acquire synchronously. */
export type Instruction = "acquire" | "acquire async" | "await" | "leave";

/** Noted right before the yield it belongs to, as `Scope.take` is: nothing runs in between. */
const next = /* @__PURE__ */ onePerProcess("next", { request: "acquire" as Instruction, place: 0 });

/** Takes what only the async driver understands; the synchronous one, which asks it to acquire that, is told so. */
class AsyncOnlyGuard extends Scope {
  override acquire(): never {
    next.request = "acquire"; // so that the request of a program that cannot have it is not taken for that of another
    throw new TypeError("ts-raii: run() cannot wait: awaited() and acquireAsync() are for runAsync()");
  }
}

export const asyncOnlyGuard = /* @__PURE__ */ onePerProcess("guard", /* @__PURE__ */ new AsyncOnlyGuard());

/**
 * Notes that what is yielded at once is to be awaited: `yield wait(promise)`. Emitted for `await promise`.
 * @param place the number of the `await`: see `AsyncDriver.place`.
 */
export function wait<T>(value: T, place = 0): T {
  next.request = "await";
  next.place = place;
  return asyncOnlyGuard.take(value);
}

/**
 * Notes that what is yielded at once is to be acquired as `await raii(…)` does: `yield request(value)`, and in the scope
 * of a block `yield scope.take(request(value))`.
 */
export function request(value: unknown, place = 0): Waiting {
  next.request = "acquire async";
  next.place = place;
  return asyncOnlyGuard.take(value) as Waiting;
}

/** What a program can leave by a yield: it releases or closes, and says what has to be awaited meanwhile. */
export interface Leavable {
  readonly awaited: unknown;
  /** Whether it looks after the cancel scope itself that it is left in. */
  readonly isMasked?: boolean;
  /** Notes that the body threw, or that what was awaited was rejected. */
  fail(error: unknown): void;
  /** Notes what the awaited gave, where that matters. */
  settle?(value: unknown): void;
  /** @returns whether `awaited` has to be awaited, and `unwind` called again. */
  unwind(): boolean;
  /** The outcome: whether a failure was suppressed. @throws what it ends with. */
  exit(): boolean;
}

/**
 * Notes that what is yielded at once is to be left: the scope of a block or a `for await`. The yield gives whether a
 * failure was suppressed (S5): `if (yield leave(scope)) break`.
 */
export function leave(target: Leavable, place = 0): Waiting {
  next.request = "leave";
  next.place = place;
  return asyncOnlyGuard.take(target) as unknown as Waiting;
}

/** Takes what the program has asked for by the yield that has just come; the next is a plain one, until it says otherwise. */
export function consumeInstruction(): Instruction {
  const { request } = next;
  next.request = "acquire";
  return request;
}

/** The place of the instruction that was taken last. */
export function instructedPlace(): number {
  return next.place;
}
