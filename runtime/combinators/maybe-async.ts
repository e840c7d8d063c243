import { isPromiseLike } from "../is-promise-like.js";

/** Steps that may take time: each `yield` gives the value of a promise, and of anything else at once that itself. */
export type Steps<T> = Generator<unknown, T, any>;

/**
 * Runs steps synchronously as far as the first promise, and from there on asynchronously. So what is built of resources
 * is written once, and is synchronous where all of them are.
 *
 * @returns what the steps return, or a promise of it if one of them took time.
 * @throws what they throw, or rejects with it.
 */
export function maybeAsync<T>(steps: Steps<T>): T | Promise<T> {
  for (let step = steps.next(); ; step = steps.next(step.value)) {
    if (step.done === true) return step.value;
    if (isPromiseLike(step.value)) return awaitRest(steps, step);
  }
}

async function awaitRest<T>(steps: Steps<T>, step: IteratorResult<unknown, T>): Promise<T> {
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}
