import { asyncDisposeMethod } from "../core/async-scope.js";
import { describe, nameOf } from "../core/describe.js";
import type { IsAsync } from "../core/function-resource.js";
import { isPromiseLike } from "../core/is-promise-like.js";
import { type Acquisition, type AsyncResource, Resource } from "../core/resource.js";
import { disposeMethod } from "../core/scope.js";

type Method = (this: object) => unknown;

class Closing implements AsyncResource<unknown> {
  readonly name: string;
  private state: "new" | "taken" = "new";

  constructor(
    private value: unknown,
    private readonly by: PropertyKey | undefined,
  ) {
    this.name = nameOf(Object(value));
  }

  [Resource.acquire](): Acquisition<unknown> | PromiseLike<Acquisition<unknown>> {
    const { value, by } = this;
    if (this.state === "taken") {
      throw new Error(
        `ts-raii: closing(${this.name}) has been acquired before, and closes its value once. Make one for each acquisition`,
      );
    }
    this.state = "taken";
    this.value = undefined; // S10
    const close = closeMethod(value, by);
    if (close === undefined && isPromiseLike(value)) return value.then((late) => acquisitionOf(late, by));
    return acquisitionOf(value, by, close);
  }
}

function acquisitionOf(
  value: unknown,
  by: PropertyKey | undefined,
  close = closeMethod(value, by),
): Acquisition<unknown> {
  if (close === undefined) throw notClosable(value, by);
  return { handle: value, release: () => close.call(value as object) };
}

/** The first of what can close the value that is a function. What is about closing goes before what is about disposing. */
function closeMethod(value: unknown, by: PropertyKey | undefined): Method | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  for (const key of by === undefined ? ["close", "end", "destroy"] : [by]) {
    const method = (value as Record<PropertyKey, unknown>)[key];
    if (typeof method === "function") return method as Method;
  }
  if (by !== undefined) return undefined;
  const dispose = disposeMethod(value) ?? asyncDisposeMethod(value);
  return typeof dispose === "function" ? (dispose as Method) : undefined;
}

function notClosable(value: unknown, by: PropertyKey | undefined): TypeError {
  const why =
    by === undefined
      ? 'it has no method close, end or destroy, and is no Disposable. Name its method, closing(value, "shutdown"), or use resource()'
      : `it has no method ${String(by)}`;
  return new TypeError(`ts-raii: cannot close ${describe(value)}: ${why}`);
}

/** What is there under the name, but cannot be called. */
type NoMethod = string | number | bigint | boolean | symbol | null | undefined;

/** What {@link closing} can close without being told how: a method that can be called without arguments. */
export type Closable =
  | { close(): unknown }
  | { readonly close?: NoMethod; end(): unknown }
  | { readonly close?: NoMethod; readonly end?: NoMethod; destroy(): unknown }
  | ({ readonly close?: NoMethod; readonly end?: NoMethod; readonly destroy?: NoMethod } & (
      Disposable | AsyncDisposable
    ));

/** The keys of the methods of `V` that can be called without arguments. */
export type MethodKey<V> = { [K in keyof V]-?: V[K] extends () => unknown ? K : never }[keyof V];

/** The method that closes a `V`, as {@link closeMethod} finds it. */
type CloseMethod<V> = V extends { close: infer F extends AnyFunction }
  ? F
  : V extends { end: infer F extends AnyFunction }
    ? F
    : V extends { destroy: infer F extends AnyFunction }
      ? F
      : V extends Disposable
        ? () => void
        : () => PromiseLike<void>;

type AnyFunction = (...args: never) => unknown;

/** Whether a call without arguments gives a promise. Of an overloaded method `infer` sees the last signature only. */
type IsAsyncMethod<F> = F extends (...args: never) => infer R
  ? 0 extends 1 & R
    ? false
    : true extends IsAsync<R>
      ? true
      : [R] extends [never]
        ? false
        : F extends () => PromiseLike<unknown>
          ? true
          : false
  : false;

/** The resource of a `V` that `F` closes. */
type ClosingBy<V, F> =
  V extends Awaited<V>
    ? true extends IsAsyncMethod<F>
      ? AsyncResource<V>
      : Resource<V>
    : AsyncResource<Awaited<V>>;

/**
 * A resource whose handle is the value, which is there already, and whose release closes it: by the first of its methods
 * `close`, `end`, `destroy`, `[Symbol.dispose]`, `[Symbol.asyncDispose]` that it has, or by the one named. The method is
 * looked up once, at acquisition, and called without arguments; the resource is asynchronous where it returns a promise.
 *
 * A method that takes a callback when it is done, as `net.Server.close`, is only begun: for those, use a resource that
 * waits (`ts-raii/node` has some), or name another, as in `closing(server, Symbol.asyncDispose)`.
 *
 * @param value what is to be closed, or a promise of it, which makes the resource asynchronous.
 * @param by the key of the method.
 * @returns the resource. It is single use, as a value is closed once.
 * @throws the acquisition: a TypeError when the value has no such method, an Error when it was acquired before. The
 *   release throws what the method throws, or rejects with it.
 * @example
 * const db = raii(closing(new Database("app.db")));
 * const client = await raii(closing(connect(url)));
 * const worker = await raii(closing(new Worker(path), "terminate"));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.closing
 */
export function closing<V extends Closable | PromiseLike<Closable>>(
  value: V,
): ClosingBy<V, CloseMethod<Awaited<V>>>;
export function closing<V extends object, K extends MethodKey<Awaited<V>>>(
  value: V,
  by: K,
): ClosingBy<V, Awaited<V>[K]>;
export function closing(value: unknown, by?: PropertyKey): AsyncResource<unknown> {
  return new Closing(value, by);
}
