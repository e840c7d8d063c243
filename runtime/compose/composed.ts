import { asyncDisposeMethod } from "../core/async-scope.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { disposeMethod } from "../core/scope.js";
import { throwIfAbandoned } from "./abandonment.js";
import { Composition } from "./composition.js";
import { hasAcquire } from "./has-acquire.js";
import { call, maybeAsync, type Steps } from "./maybe-async.js";

/**
 * A resource that is made of others. Its steps acquire them into a composition and return the handle. When they throw,
 * what they have acquired is released, and the acquisition fails with their error: no release can suppress that, as
 * there would be no handle. In the type it is asynchronous; its makers say where it is not ({@link Derived}).
 */
export class Composed<T> implements AsyncResource<T> {
  /** @param name stands for it in error messages. */
  constructor(
    readonly name: string,
    readonly steps: (composition: Composition<T>) => Steps<T>,
  ) {}

  [Resource.acquire](): Acquisition<T> | Promise<Acquisition<T>> {
    return maybeAsync(this.compose());
  }

  private *compose(): Steps<Acquisition<T>> {
    const composition = new Composition<T>();
    try {
      composition.handle = yield* this.steps(composition);
    } catch (error) {
      throw yield* composition.abandon(error);
    }
    return composition;
  }
}

/**
 * Acquires one more, for steps whose acquisition fails when that does: `yield acquireInto(composition, resource)`. One
 * that is made of others has them acquired into the same composition: what is nested is flat to those that hold it
 * (property 8), and as deep as one likes (S9).
 *
 * @throws why it was abandoned, if it was: then no resource is acquired any more. What is open already, a Disposable, is
 *   held all the same, as it has to be disposed of.
 */
export function acquireInto(composition: Composition<unknown>, resource: unknown): unknown {
  if (resource instanceof Composed) return call(joinSteps(composition, resource));
  if (isPromiseOfResource(resource)) return call(awaitResource(composition, resource));
  if (hasAcquire(resource)) throwIfAbandoned();
  return composition.take(resource);
}

function* joinSteps(composition: Composition<unknown>, { steps }: Composed<unknown>): Steps<void> {
  composition.acquired = yield* steps(composition);
}

function* awaitResource(composition: Composition<unknown>, promise: PromiseLike<unknown>): Steps<void> {
  yield acquireInto(composition, yield promise);
}

/** Whether it has to be awaited to be acquired: a resource that happens to be thenable has not. */
function isPromiseOfResource(value: unknown): value is PromiseLike<unknown> {
  return isPromiseLike(value) && !hasAcquire(value) && !isDisposable(value);
}

function isDisposable(value: unknown): boolean {
  return typeof (asyncDisposeMethod(value) ?? disposeMethod(value)) === "function";
}
