import { acquireAsync, type AsyncResource, awaited, runAsync } from "../../runtime/index.ts";

/** Runs an async function with the handle of a resource, in a program of its own. */
export function using<T, R>(resource: AsyncResource<T>, body: (handle: T) => R): Promise<Awaited<R>> {
  return runAsync(function* () {
    const handle: T = yield* acquireAsync(resource);
    return yield* awaited(body(handle));
  });
}
