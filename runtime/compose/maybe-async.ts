import { isPromiseLike } from "../core/is-promise-like.js";
import { currentAbandonment, runUnder } from "./abandonment.js";

/**
 * Steps that may take time: each `yield` gives the value of a promise, what the steps of a {@link call} return, and of
 * anything else at once that itself.
 */
export type Steps<T> = Generator<unknown, T, any>;

class Call {
  constructor(readonly steps: Steps<unknown>) {}
}

/** Runs other steps to their end, as `yield*` does, however deep they call one another (S9): `yield call(steps)`. */
export function call(steps: Steps<unknown>): unknown {
  return new Call(steps);
}

/**
 * Runs steps synchronously as far as the first promise, and from there on asynchronously. So what is built of resources
 * is written once, and is synchronous where all of them are.
 *
 * @returns what the steps return, or a promise of it if one of them took time; so let them return no handle, which may
 *   be thenable and would then be awaited.
 * @throws what they throw, or rejects with it.
 */
export function maybeAsync<T>(steps: Steps<T>): T | Promise<T> {
  const runner = new Runner(steps);
  return runner.waits() ? awaitRest(runner) : (runner.value as T);
}

async function awaitRest<T>(runner: Runner): Promise<T> {
  do {
    try {
      runner.value = await runner.value;
    } catch (error) {
      runner.fail(error);
    }
  } while (runner.waits());
  return runner.value as T;
}

class Runner {
  /** What is to be awaited, then what that has given; in the end what the steps have returned. */
  value: unknown = undefined;
  private hasFailed = false;
  /** Those that have called, the last one on top. */
  private readonly callers: Steps<unknown>[] = [];
  /** What is in force where the steps begin is in force for all of them. */
  private readonly abandonment = currentAbandonment();

  constructor(private steps: Steps<unknown>) {}

  /** Notes that what was awaited was rejected. */
  fail(error: unknown): void {
    this.value = error;
    this.hasFailed = true;
  }

  /** Goes on. @returns whether `value` has to be awaited; else all have ended. @throws what the first of them throws. */
  waits(): boolean {
    return runUnder(this.abandonment, () => this.advance());
  }

  private advance(): boolean {
    for (;;) {
      const { steps, value, hasFailed } = this;
      this.hasFailed = false;
      let step: IteratorResult<unknown>;
      try {
        step = hasFailed ? steps.throw(value) : steps.next(value);
      } catch (error) {
        if (this.callers.length === 0) throw error;
        this.steps = this.callers.pop()!;
        this.fail(error);
        continue;
      }
      this.value = step.value;
      if (step.done === true) {
        if (this.callers.length === 0) return false;
        this.steps = this.callers.pop()!;
      } else if (step.value instanceof Call) {
        this.callers.push(steps);
        this.steps = step.value.steps;
      } else if (this.isAwaitable(step.value)) return true;
    }
  }

  /** As of `await`, what throws when it is asked for its `then` is a rejection. */
  private isAwaitable(value: unknown): boolean {
    try {
      return isPromiseLike(value);
    } catch (error) {
      this.fail(error);
      return false;
    }
  }
}
