import { Failure } from "../exit.js";
import { type Acquisition, type AsyncResource, Resource } from "../resource.js";
import { Composition } from "./composition.js";
import { maybeAsync, type Steps } from "./maybe-async.js";

/**
 * A resource that is made of others. Its steps acquire them into a composition and return the handle. When they throw,
 * what they have acquired is released, and the acquisition fails with their error: no release can suppress that, as
 * there would be no handle. In the type it is asynchronous; its makers say where it is not ({@link Derived}).
 */
export class Composed<T> implements AsyncResource<T> {
  /** @param name stands for it in error messages. */
  constructor(
    readonly name: string,
    private readonly steps: (composition: Composition<T>) => Steps<T>,
  ) {}

  [Resource.acquire](): Acquisition<T> | Promise<Acquisition<T>> {
    return maybeAsync(this.compose());
  }

  private *compose(): Steps<Acquisition<T>> {
    const composition = new Composition<T>();
    try {
      composition.handle = yield* this.steps(composition);
    } catch (error) {
      yield composition.release(new Failure(error));
      throw error;
    }
    composition.acquired = undefined; // S10
    return composition;
  }
}
