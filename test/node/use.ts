import { expect } from "vitest";
import {
  acquire,
  acquireAsync,
  type AsyncResource,
  awaited,
  type Resource,
  run,
  runAsync,
} from "../../runtime/index.ts";

/** Holds a resource while `body` runs, as a program of one acquisition does. */
export function use<T, R>(
  held: AsyncResource<T>,
  body: (handle: T) => R | PromiseLike<R>,
): Promise<Awaited<R>> {
  return runAsync(function* () {
    const handle = (yield* acquireAsync(held)) as T;
    return (yield* awaited(body(handle))) as Awaited<R>;
  }) as Promise<Awaited<R>>;
}

/** As `use`, synchronously. */
export function useNow<T, R>(held: Resource<T>, body: (handle: T) => R): R {
  return run(function* () {
    return body((yield* acquire(held)) as T);
  });
}

/** Runs `body` and sees that nothing it has opened keeps the process alive afterwards. */
export async function leavesNothing<R>(body: () => R | PromiseLike<R>): Promise<Awaited<R>> {
  const opened = (): string[] => process.getActiveResourcesInfo().sort();
  await nextTurns(5);
  const before = opened();
  try {
    return await body();
  } finally {
    // What is closed is gone some turns of the event loop later.
    for (let turn = 0; turn < 100 && String(opened()) !== String(before); turn++) await nextTurns(1);
    expect(opened()).toEqual(before);
  }
}

async function nextTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** What the listeners of an emitter are, by event. */
export function listenersOf(emitter: NodeJS.EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}
