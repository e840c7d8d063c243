import type { Derived } from "../compose/derived.js";
import type { AsyncHandle } from "../core/handle.js";
import type { AsyncResource } from "../core/resource.js";
import { shared } from "./shared.js";

/**
 * Acquires a resource when it is first used, if ever, and gives all who use it the same handle. It is released when the
 * scope ends that has acquired the memoized one, and told how that ended. (It is {@link shared}, and kept for so long.)
 * An acquisition that fails is not remembered: the next use tries anew.
 *
 * @param resource acquired once in that scope; a promise or what is disposed of is refused, as it is there already.
 * @returns a resource whose handle is the memoized resource; both are synchronous where `resource` is.
 * @throws {TypeError} when `resource` is no resource.
 * @example
 * const browser = await raii(memoize(launch()));
 * for (const test of tests) if (test.needsBrowser) await test.run(await raii(browser)); // launched once, or never
 * @see https://typelevel.org/cats-effect/api/3.x/cats/effect/kernel/Resource.html memoize
 */
export function memoize<R extends AsyncResource<unknown>>(
  resource: R,
): Derived<R, Derived<R, AsyncHandle<R>>> {
  return shared(resource, { idle: Infinity });
}
