import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { forget } from "./warn-never-acquired.js";

/**
 * What `move` gives: a resource whose acquisition has been made, and waits for its one owner. It gives that acquisition
 * itself and wraps nothing, so that it can be moved on any number of times (S9).
 */
export class Owned implements AsyncResource<unknown> {
  /**
   * @param name stands for it in error messages.
   * @param isAsync it gives a promise: so `raii` without `await`, which does not await the release, refuses it.
   */
  constructor(
    readonly name: string,
    private acquisition: Acquisition<unknown> | undefined,
    private readonly isAsync: boolean,
  ) {}

  [Resource.acquire](): Acquisition<unknown> | Promise<Acquisition<unknown>> {
    const { acquisition, name } = this;
    if (acquisition === undefined) {
      throw new Error(
        `ts-raii: ${name} was moved once and has been acquired since: an owned resource is acquired once. To hand it on, move its handle again`,
      );
    }
    this.acquisition = undefined; // S10: who has acquired it holds it, and nobody else
    forget(this);
    return this.isAsync ? Promise.resolve(acquisition) : acquisition;
  }
}
