import { type Held, Scope, unpolyfilled } from "./scope.js";

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

/** The scope that holds what was acquired. */
function scopeOf(held: unknown, dispose: unknown): Scope {
  if (dispose === Scope.prototype.exit) return held as Scope;
  const scope = new Scope();
  scope.acquire(held, dispose);
  return scope;
}

/**
 * Notes that what follows an acquisition has thrown.
 *
 * @param held the Disposable, or the scope that `hold` gave.
 * @param dispose its dispose method, or that scope's `exit`.
 * @returns the scope that is to exit.
 */
export function failed(held: unknown, dispose: unknown, error: unknown): Scope {
  const scope = scopeOf(held, dispose);
  scope.fail(error);
  return scope;
}

/**
 * Collects what the block of a generator holds when its consumer closes it.
 *
 * @param scope what was collected so far, which is released before.
 * @param held and `dispose` as of `failed`.
 * @returns the scope that is to exit, when all is collected.
 */
export function close(scope: Scope | undefined, held: unknown, dispose: unknown): Scope {
  const own = scopeOf(held, dispose);
  if (scope === undefined) return own;
  let last = scope.top;
  if (last === undefined) return own;
  while (last.below !== undefined) last = last.below;
  (last as { below: Held | undefined }).below = own.top;
  return scope;
}
