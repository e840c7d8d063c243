import type { AsyncScope } from "./async-scope.js";
import type { Acquisition } from "./resource.js";
import { type Held, notAnAcquisition, Scope, unpolyfilled } from "./scope.js";

/** The scope of one resource, for what unrolled code does not do itself. */
class UnrolledScope extends Scope {
  handle: unknown = undefined;
}

/**
 * Acquires what is not simply an object with a dispose method: a Resource, `null`, what a polyfill that came late has made
 * disposable, an object of another realm.
 *
 * @param read what unrolled code has read last, so that nothing is read twice: the `acquire` method of a Resource; `false` for
 *   what is no `Object` of its realm; else what `value[Symbol.dispose]` has given.
 * @param scope what is to hold it.
 * @returns that scope, and its handle.
 * @throws {TypeError} for a value that is no resource.
 */
export function hold<S extends Scope & { handle: unknown }>(value: unknown, read: unknown, scope: S): S;
export function hold(value: unknown, read: unknown): UnrolledScope;
export function hold(value: unknown, read: unknown, scope = new UnrolledScope()): UnrolledScope {
  if (typeof read === "function") {
    const subject = value as object;
    const acquisition = read.call(subject) as Acquisition<unknown>;
    if (typeof acquisition?.release !== "function") throw notAnAcquisition(subject, acquisition);
    scope.top = { subject, dispose: undefined, acquisition, below: scope.top };
    scope.handle = acquisition.handle;
  } else {
    const dispose = read === false ? undefined : (read ?? (value as Late)?.[unpolyfilled] ?? null);
    scope.handle = scope.acquire(value, dispose);
  }
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
 * Releases what the block of a generator holds when its consumer closes it; after an error, collects it for `closeLast`.
 *
 * @param scope what was collected so far.
 * @param held with `dispose`, as in `failed`.
 */
export function close(scope: Scope | undefined, held: unknown, dispose: unknown): Scope | undefined {
  const { exit } = Scope.prototype;
  if (scope !== undefined) {
    append(scope, scopeOf(held, dispose).top);
    return scope;
  }
  try {
    if (dispose === exit) (held as Scope).exit(true);
    else (dispose as () => void).call(held);
  } catch (error) {
    const failing = new Scope();
    failing.fail(error);
    return failing;
  }
  return undefined;
}

/**
 * Hands a scope what is held outside of all that it holds: it is released last.
 *
 * @param dispose its dispose method; `false` where the scope holds it already.
 * @param isAsync whether its release is awaited.
 */
export function collect(
  scope: AsyncScope,
  held: object,
  dispose: Held["dispose"] | false,
  isAsync = false,
): void {
  if (dispose === false) return;
  const release = isAsync ? "async" : undefined;
  append(scope, { subject: held, dispose, acquisition: undefined, below: undefined, release } as Held);
}

function append(scope: Scope, held: Held | undefined): void {
  let last = scope.top;
  if (last === undefined) {
    scope.top = held;
    return;
  }
  while (last.below !== undefined) last = last.below;
  (last as { below: Held | undefined }).below = held;
}

/** Releases the outermost of what a block holds, and what was collected before. @throws the error that they end with. */
export function closeLast(scope: Scope | undefined, held: unknown, dispose: unknown): void {
  close(scope, held, dispose)?.exit(true);
}
