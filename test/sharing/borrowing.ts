import { Failure } from "../../runtime/core/exit.ts";
import {
  type Acquisition,
  type AsyncHandle,
  type AsyncResource,
  type Exit,
  Resource,
  type SucceededExit,
} from "../../runtime/index.ts";

export const succeeded: SucceededExit = { kind: "succeeded" };

/** A failed exit, as a scope makes one. */
export const failed = (error: unknown): Exit => new Failure(error);

/** Acquires by the protocol, for tests that release by hand, in whatever order. */
export async function take<R extends AsyncResource<unknown>>(
  resource: R,
): Promise<Acquisition<AsyncHandle<R>>> {
  return (await resource[Resource.acquire]()) as Acquisition<AsyncHandle<R>>;
}

/** The same of what is synchronous. */
export function takeNow<T>(resource: Resource<T>): Acquisition<T> {
  return resource[Resource.acquire]();
}

/** A promise that is settled from outside. */
export class Gate<T = void> {
  open!: (value: T) => void;
  fail!: (error: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });
}

/** What a promise is at the moment, without waiting for it. */
export async function stateOf(promise: PromiseLike<unknown>): Promise<"pending" | "fulfilled" | "rejected"> {
  const pending = Symbol();
  for (let tick = 0; tick < 20; tick++) await undefined;
  return Promise.race([promise, Promise.resolve(pending)]).then(
    (value) => (value === pending ? "pending" : "fulfilled"),
    () => "rejected",
  );
}
