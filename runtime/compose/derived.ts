import type { IsAsync } from "../core/function-resource.js";
import type { Acquirable } from "../core/handle.js";
import type { AsyncResource, Resource, Suppressing } from "../core/resource.js";

/**
 * The type of a resource made of `R` (a union where it is made of several) that gives a `T`: synchronous if all of `R`
 * are, and if the functions that take part, which return `F`, are. It may suppress where one of `R` may.
 */
export type Derived<R, T, F = never> =
  true extends Suppresses<R> ? Composed<R, T, F> & Suppressing : Composed<R, T, F>;

type Composed<R, T, F> = [R] extends [Acquirable]
  ? true extends IsAsync<F>
    ? AsyncResource<T>
    : Resource<T>
  : AsyncResource<T>;

/** Whether a resource says that it may suppress; of a union each is asked. */
type Suppresses<R> = 0 extends 1 & R
  ? false
  : R extends PromiseLike<infer P>
    ? Suppresses<P>
    : R extends unknown
      ? typeof Resource.suppresses extends keyof R
        ? true
        : false
      : never;
