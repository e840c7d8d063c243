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
  await nextTurns(5);
  const before = process.getActiveResourcesInfo();
  const more = (): string[] => {
    const rest = [...before];
    return process.getActiveResourcesInfo().filter((name) => {
      const at = rest.indexOf(name);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    });
  };
  try {
    return await body();
  } finally {
    // What is closed is gone some turns of the event loop later.
    for (let turn = 0; turn < 200 && more().length > 0; turn++) await nextTurns(1);
    expect(more()).toEqual([]);
  }
}

async function nextTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** What the listeners of an emitter are, by event. */
export function listenersOf(emitter: NodeJS.EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}

/** Turns the event loop until it is so; the time limit of the test bounds it. */
export async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurns(1);
}
