import type { Exit } from "../../core/exit.js";
import { type Acquisition, type AsyncResource, Resource } from "../../core/resource.js";

/**
 * A resource each of whose acquisitions keeps what it needs for its release, and refuses to be released again: a
 * descriptor that is closed twice may by then be another file's.
 *
 * @param name stands for the resource in error messages.
 * @param acquire acquires: gives the handle and the release of this one acquisition.
 */
export function releasedOnce<T>(name: string, acquire: () => Acquisition<T>): Resource<T> {
  return named(name, () => once(name, acquire()));
}

/** As `releasedOnce`, for what takes time. */
export function releasedOnceAsync<T>(name: string, acquire: () => Promise<Acquisition<T>>): AsyncResource<T> {
  return named(name, async () => once(name, await acquire()));
}

function named<A>(name: string, acquire: () => A) {
  return { name, [Resource.acquire]: acquire };
}

function once<T>(name: string, { handle, release }: Acquisition<T>): Acquisition<T> {
  let state: "held" | "released" = "held";
  return {
    handle,
    release(exit: Exit) {
      if (state === "released") throw new Error(`ts-raii: ${name} was released before`);
      state = "released";
      return release(exit);
    },
  };
}
