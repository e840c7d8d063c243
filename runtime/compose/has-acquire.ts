import { Resource } from "../core/resource.js";

/** Whether a value is a Resource, even if it is also a Disposable. It then holds nothing yet. */
export function hasAcquire(value: unknown): value is Resource<unknown> {
  return typeof (value as Partial<Resource<unknown>> | null | undefined)?.[Resource.acquire] === "function";
}
