import { describe, nameOf } from "../core/describe.js";
import type { Exit } from "../core/exit.js";
import { type Acquisition, Resource } from "../core/resource.js";
import { acquireInto, Composed } from "./composed.js";
import { hasAcquire } from "./has-acquire.js";

/**
 * Acquires what `raii` or `await raii` takes, for somebody who says himself when it is released.
 *
 * @returns the acquisition, or a promise of it if that takes time. Its `release` throws as a scope does: told of a
 *   failure that it does not suppress, it throws that.
 * @throws what the acquisition throws, or rejects with it.
 */
export function acquisitionOf(resource: unknown): Acquisition<unknown> | Promise<Acquisition<unknown>> {
  const composed = new Composed(nameOf(Object(resource)), function* (composition) {
    yield acquireInto(composition, resource);
    return composition.acquired;
  });
  return composed[Resource.acquire]();
}

/**
 * Releases it apart from any scope.
 * @returns a promise, which is rejected only with what the release adds to the failure it is told of.
 */
export async function releaseApart(acquisition: Acquisition<unknown>, exit: Exit): Promise<void> {
  const isNew = isNewTo(exit);
  try {
    await acquisition.release(exit);
  } catch (error) {
    if (isNew(error)) throw error;
  }
}

/** @returns tells what is thrown anew from the failure that a release is told of; asked before, as a release may replace it. */
export function isNewTo(exit: Exit): (thrown: unknown) => boolean {
  if (exit.kind !== "failed") return () => true;
  const { error } = exit;
  return (thrown) => !Object.is(thrown, error);
}

/** @throws {TypeError} for what cannot be acquired again, as what is there already cannot. */
export function checkResource(resource: unknown, taker: string): void {
  if (hasAcquire(resource)) return;
  throw new TypeError(
    `ts-raii: ${taker} takes a resource, which it acquires anew each time, and was given ${describe(resource)}`,
  );
}
