import { type AsyncResource, AsyncScope } from "../../runtime/index.ts";

/** How a scope ends; each resource is tried with each. */
export const ways = ["succeeded", "failed", "cancelled"] as const;
export type Way = (typeof ways)[number];

/** What the body of a scope that is to fail throws. */
export const bodyError = new Error("the body failed");

/**
 * Acquires, runs the body, and ends the scope in the given way. A synchronous resource is handled alike: its release is
 * called at the same place, and there is nothing to be awaited.
 *
 * @returns what the scope threw besides the error of the body, `undefined` for nothing.
 */
export async function within<T>(
  resource: AsyncResource<T>,
  way: Way,
  body: (handle: T) => unknown = () => {},
): Promise<unknown> {
  const scope = new AsyncScope();
  if (scope.request(resource) && scope.receive(await scope.awaited))
    throw new Error("a promise of a resource");
  try {
    await body(scope.handle as T);
    if (way === "failed") throw bodyError;
  } catch (error) {
    scope.fail(error);
  }
  while (scope.unwind(way === "cancelled")) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  try {
    scope.exit();
  } catch (error) {
    return error === bodyError ? undefined : error;
  }
  return undefined;
}

/** An error, for what is said about it; anything else fails the test. */
export function errorOf(value: unknown): Error & { code?: string } {
  if (!(value instanceof Error)) throw new Error(`no error but ${String(value)}`);
  return value;
}
