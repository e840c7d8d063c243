import type { IsAsync } from "../core/function-resource.js";
import type { Acquirable } from "../core/handle.js";
import type { AsyncResource, Resource } from "../core/resource.js";

/**
 * The type of a resource made of `R` (a union where it is made of several) that gives a `T`: synchronous if all of `R`
 * are, and if the functions that take part, which return `F`, are.
 */
export type Derived<R, T, F = never> = [R] extends [Acquirable]
  ? true extends IsAsync<F>
    ? AsyncResource<T>
    : Resource<T>
  : AsyncResource<T>;
