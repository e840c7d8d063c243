/// <reference lib="esnext.disposable" preserve="true" />
import type { Resource } from "./resource.js";

/** What can be acquired synchronously. `null` and `undefined` mean "no resource" and are their own handle. */
export type Acquirable = Disposable | Resource<unknown> | null | undefined;

/** What acquiring gives: a Disposable is its own handle, a `Resource<T>` gives its `T`, nothing stays nothing. */
export type Handle<R> = R extends null | undefined
  ? R
  : R extends Disposable
    ? R
    : R extends Resource<infer T>
      ? T
      : never;
