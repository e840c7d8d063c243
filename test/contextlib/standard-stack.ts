/*
 * DisposableStack and AsyncDisposableStack, step for step as the standard says it
 * (https://tc39.es/ecma262/#sec-disposablestack-objects). What the test calls `standard`, on every Node; those that have the
 * platform's own are compared with that as well.
 */

type Method = ((this: unknown) => unknown) | undefined;

interface Disposable_ {
  readonly value: unknown;
  readonly isAsync: boolean;
  readonly method: Method;
}

/** GetMethod. */
function methodOf(value: any, key: symbol): Method {
  const method: unknown = value[key];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") throw new TypeError("not callable");
  return method as Method;
}

/** CreateDisposableResource, after AddDisposableResource has looked for nothing. */
function createResource(value: unknown, isAsync: boolean): Disposable_ {
  if (Object(value) !== value) throw new TypeError("not an object");
  let method = isAsync ? methodOf(value, Symbol.asyncDispose) : undefined;
  if (method === undefined) {
    const dispose = methodOf(value, Symbol.dispose);
    method =
      dispose && isAsync
        ? function (this: unknown) {
            return new Promise<void>((resolve) => {
              dispose.call(this);
              resolve();
            });
          }
        : dispose;
  }
  if (method === undefined) throw new TypeError("no dispose method");
  return { value, isAsync, method };
}

function requireCallable(value: unknown): asserts value is (...args: unknown[]) => unknown {
  if (typeof value !== "function") throw new TypeError("not callable");
}

class Failed {
  has = false;
  error: unknown;
  add(error: unknown): void {
    this.error = this.has
      ? Object.assign(new Error(), { name: "SuppressedError", error, suppressed: this.error })
      : error;
    this.has = true;
  }
}

abstract class Standard {
  protected state: "pending" | "disposed" = "pending";
  protected resources: Disposable_[] = [];
  protected abstract readonly isAsync: boolean;

  get disposed(): boolean {
    return this.state === "disposed";
  }

  use<T>(value: T): T {
    this.check();
    if (value !== null && value !== undefined) this.resources.push(createResource(value, this.isAsync));
    else if (this.isAsync) this.resources.push({ value: undefined, isAsync: true, method: undefined });
    return value;
  }

  adopt<T>(value: T, onDispose: unknown): T {
    this.check();
    requireCallable(onDispose);
    this.resources.push({ value: undefined, isAsync: this.isAsync, method: () => onDispose(value) });
    return value;
  }

  defer(onDispose: unknown): void {
    this.check();
    requireCallable(onDispose);
    this.resources.push({ value: undefined, isAsync: this.isAsync, method: () => onDispose() });
  }

  move(): this {
    this.check();
    const moved = new (this.constructor as new () => this)();
    moved.resources = this.resources;
    this.resources = [];
    this.state = "disposed";
    return moved;
  }

  protected check(): void {
    if (this.state === "disposed") throw new ReferenceError("disposed");
  }
}

export class StandardStack extends Standard {
  protected readonly isAsync = false;

  dispose(): void {
    if (this.state === "disposed") return;
    this.state = "disposed";
    const failed = new Failed();
    for (const { value, method } of this.resources.reverse()) {
      try {
        method!.call(value);
      } catch (error) {
        failed.add(error);
      }
    }
    if (failed.has) throw failed.error;
  }
}

export class StandardAsyncStack extends Standard {
  protected readonly isAsync = true;

  async disposeAsync(): Promise<void> {
    if (this.state === "disposed") return;
    this.state = "disposed";
    const failed = new Failed();
    let needsAwait = false;
    let hasAwaited = false;
    for (const { value, method } of this.resources.reverse()) {
      if (method === undefined) {
        needsAwait = true;
        continue;
      }
      try {
        const result = method.call(value);
        hasAwaited = true;
        await result;
      } catch (error) {
        failed.add(error);
      }
    }
    if (needsAwait && !hasAwaited) await undefined;
    if (failed.has) throw failed.error;
  }
}
