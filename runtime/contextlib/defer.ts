import { requireFunction } from "../compose/require-function.js";
import type { Exit } from "../core/exit.js";
import { resource, type ResourceOf } from "../core/function-resource.js";

/**
 * A resource that is nothing but its release: the function is called when the scope ends.
 *
 * @param fn is told how the scope ended, and may suppress its error. A promise it returns is awaited, and makes the resource
 *   asynchronous.
 * @returns the resource; it gives no handle, and `fn` is called once for each acquisition.
 * @throws {TypeError} when `fn` is not a function. What `fn` throws, the release throws.
 * @example
 * raii(defer(() => console.timeEnd("build")));
 * raii(defer((exit) => exit.kind === "failed" && alert(exit.error)));
 * @see https://go.dev/ref/spec#Defer_statements
 */
export function defer<R>(fn: (exit: Exit) => R): ResourceOf<void, R> {
  requireFunction(fn, "defer(fn)");
  return resource(
    () => {},
    (_, exit) => fn(exit),
    fn.name || "defer",
  ) as ResourceOf<void, R>;
}
