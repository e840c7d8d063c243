import { acquisitionOf } from "../compose/acquisition-of.js";
import { nameOf } from "../core/describe.js";
import type { AsyncAcquirable, AsyncHandle } from "../core/handle.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { releaseLate } from "./release-late.js";
import { signal } from "./signal.js";

class Interruptible implements AsyncResource<unknown> {
  readonly name: string;

  constructor(private readonly resource: unknown) {
    this.name = nameOf(Object(resource));
  }

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    const outside = signal();
    const acquiring = acquisitionOf(this.resource);
    if (!isPromiseLike(acquiring)) return acquiring;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(outside.reason);
        acquiring.then(
          (late) => releaseLate(late, outside.reason),
          () => {},
        );
      };
      outside.addEventListener("abort", abort, { once: true });
      acquiring.then(resolve, reject).finally(() => outside.removeEventListener("abort", abort));
    });
  }
}

/**
 * A resource whose acquisition is not waited for when the scope is cancelled around it: `await raii(interruptible(r))` then
 * throws at once. What arrives late is released as soon as it does. Otherwise an acquisition is waited for.
 *
 * @param resource what `await raii` takes.
 * @returns the resource; nothing runs until it is acquired.
 * @example
 * const socket = await raii(interruptible(connect(host)));
 */
export function interruptible<R extends AsyncAcquirable>(resource: R): AsyncResource<AsyncHandle<R>> {
  return new Interruptible(resource) as AsyncResource<unknown> as AsyncResource<AsyncHandle<R>>;
}
