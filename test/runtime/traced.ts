import { expect } from "vitest";
import { type Acquisition, type AsyncResource, type Exit, Resource } from "../../runtime/index.ts";

/** What happened, in order. Most properties are about nothing else. */
export type Trace = string[];

/** A Disposable that notes its release and then throws what `fails` holds, if it is given. */
export function disposable(trace: Trace, id: string, fails?: { readonly error: unknown }): Disposable {
  return {
    [Symbol.dispose]() {
      trace.push(`-${id}`);
      if (fails) throw fails.error;
    },
  };
}

/** A class that is a resource by the protocol: its handle is its id in capitals, and `onRelease` sees the exit. */
export class Traced implements Resource<string> {
  constructor(
    private readonly trace: Trace,
    readonly id: string,
    private readonly onRelease: (exit: Exit) => unknown = () => {},
  ) {}

  [Resource.acquire](): Acquisition<string> {
    this.trace.push(`+${this.id}`);
    return {
      handle: this.id.toUpperCase(),
      release: (exit) => {
        this.trace.push(`-${this.id}`);
        return this.onRelease(exit);
      },
    };
  }
}

/** What a call threw, boxed: `undefined` can be thrown, and a call that throws nothing must not look like that. */
export function thrownBy(call: () => unknown): { readonly error: unknown } {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return { error };
  }
  return expect.fail(`it threw nothing and returned ${String(result)}`);
}

/** A combination of errors as nested pairs, `[later, earlier]`; what is no combination stands for itself. */
export function shapeOf(error: unknown): unknown {
  return isCombined(error) ? [shapeOf(error.error), shapeOf(error.suppressed)] : error;
}

export function isCombined(error: unknown): error is SuppressedError {
  return error instanceof Error && error.name === "SuppressedError";
}

export function combined(error: unknown): SuppressedError {
  return isCombined(error) ? error : expect.fail(`no SuppressedError but ${String(error)}`);
}

/** An AsyncDisposable that notes when its release begins and, some ticks later, ends or fails. */
export function asyncDisposable(
  trace: Trace,
  id: string,
  fails?: { readonly error: unknown },
): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      trace.push(`-${id}`);
      await ticks(3);
      trace.push(`${id} released`);
      if (fails) throw fails.error;
    },
  };
}

/** As {@link Traced}, acquired and released in some ticks each. */
export class AsyncTraced implements AsyncResource<string> {
  constructor(
    private readonly trace: Trace,
    readonly id: string,
    private readonly onRelease: (exit: Exit) => unknown = () => {},
  ) {}

  async [Resource.acquire](): Promise<Acquisition<string>> {
    await ticks(2);
    this.trace.push(`+${this.id}`);
    return {
      handle: this.id.toUpperCase(),
      release: async (exit) => {
        this.trace.push(`-${this.id}`);
        await ticks(2);
        return this.onRelease(exit);
      },
    };
  }
}

export async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

/** What a promise was rejected with, boxed as by {@link thrownBy}. */
export async function rejectedBy(promise: PromiseLike<unknown>): Promise<{ readonly error: unknown }> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return { error };
  }
  return expect.fail(`it was fulfilled with ${String(result)}`);
}
