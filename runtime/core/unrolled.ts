import { type Held, Scope, unpolyfilled } from "./scope.js";

/** The scope of one resource, for what unrolled code does not do itself. */
class UnrolledScope extends Scope {
  handle: unknown = undefined;
}

/**
 * Acquires what is not simply an object with a dispose method: a Resource, `null`, a function, what a polyfill that came
 * late has made disposable.
 *
 * @param dispose what `value[Symbol.dispose]` has given, if the value is an object and no Resource: it is not read again.
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
 * Releases what the block of a generator holds when its consumer closes it; after an error, collects it for `closeLast`.
 *
 * @param scope what was collected so far.
 * @param held with `dispose`, as in `failed`.
 */
export function close(scope: Scope | undefined, held: unknown, dispose: unknown): Scope | undefined {
  const { exit } = Scope.prototype;
  if (scope !== undefined) {
    const { top } = scopeOf(held, dispose);
    if (scope.top === undefined) scope.top = top;
    else {
      let last = scope.top;
      while (last.below !== undefined) last = last.below;
      (last as { below: Held | undefined }).below = top;
    }
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

/** Releases the outermost of what a block holds, and what was collected before. @throws the error that they end with. */
export function closeLast(scope: Scope | undefined, held: unknown, dispose: unknown): void {
  close(scope, held, dispose)?.exit(true);
}
