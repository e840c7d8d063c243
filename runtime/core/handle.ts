/// <reference lib="esnext.disposable" preserve="true" />
import type { AsyncResource, Resource } from "./resource.js";

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

/** What can be acquired with `await`: all that can without, what is asynchronous, and a promise of any of these. */
export type AsyncAcquirable = AsyncAcquirableNow | PromiseLike<AsyncAcquirableNow>;
type AsyncAcquirableNow = Acquirable | AsyncDisposable | AsyncResource<unknown>;

/** What acquiring with `await` gives; see {@link Handle}. */
export type AsyncHandle<R> = R extends null | undefined
  ? R
  : R extends Disposable | AsyncDisposable
    ? R
    : R extends AsyncResource<infer T>
      ? T
      : R extends PromiseLike<infer P>
        ? AsyncHandle<P>
        : never;
