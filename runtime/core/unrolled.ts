import { Scope, unpolyfilled } from "./scope.js";

/** The scope of one resource, for what unrolled code does not do itself. */
class UnrolledScope extends Scope {
  handle: unknown = undefined;
}

/**
 * Acquires what is no object with a dispose method of its own: a Resource, `null`, a function, what a polyfill that came
 * late has made disposable.
 *
 * @param dispose what `value[Symbol.dispose]` has given, if it is an object: that is read once.
 * @returns the scope that holds it, and its handle.
 * @throws {TypeError} for a value that is no resource.
 */
export function hold(value: unknown, dispose: unknown): UnrolledScope {
  const scope = new UnrolledScope();
  const read = typeof value === "function" ? undefined : (dispose ?? (value as Late)?.[unpolyfilled] ?? null);
  scope.handle = scope.acquire(value, read);
  return scope;
}

type Late = Partial<Record<symbol, unknown>> | null;

/**
 * Notes that what follows an acquisition has thrown.
 *
 * @param held the Disposable, or the scope that `hold` gave.
 * @param dispose its dispose method, or that scope's `exit`.
 * @returns the scope that is to exit.
 */
export function failed(held: unknown, dispose: unknown, error: unknown): Scope {
  let scope = held as Scope;
  if (dispose !== Scope.prototype.exit) {
    scope = new Scope();
    scope.acquire(held, dispose);
  }
  scope.fail(error);
  return scope;
}
