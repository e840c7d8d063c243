import type { Exit } from "./exit.js";

/** The key of the protocol, shared by every copy of the runtime in a process (ES module and CommonJS alike). */
interface ResourceProtocol {
  readonly acquire: unique symbol;
  readonly suppresses: unique symbol;
}

/** The key itself. Each acquisition looks for it, and to read it from `Resource` first would cost as much again. */
export const acquireKey: symbol = /* @__PURE__ */ Symbol.for("ts-raii.acquire");

/**
 * Holds the key of the method that makes an object a {@link Resource}, so that a class can be one.
 *
 * @example
 * class TempDir implements Resource<string> {
 *   constructor(private readonly prefix: string) {}
 *   [Resource.acquire](): Acquisition<string> {
 *     const path = mkdtempSync(join(tmpdir(), this.prefix));
 *     return { handle: path, release: () => rmSync(path, { recursive: true }) };
 *   }
 * }
 */
export const Resource: ResourceProtocol = {
  acquire: acquireKey,
  suppresses: /* @__PURE__ */ Symbol.for("ts-raii.suppresses"),
} as ResourceProtocol;

/**
 * Something that can be acquired: a value that is not yet its handle. It does nothing until it is acquired, and each
 * acquisition is a fresh one.
 */
export interface Resource<out T> {
  /** Acquires. What it throws is thrown at the `raii` call, and nothing is released for it. */
  [Resource.acquire](): Acquisition<T>;
}

/**
 * A resource whose acquisition or release takes time: acquired by `await raii(…)`. Every `Resource` can stand for one.
 *
 * @example
 * class Connection implements AsyncResource<Client> {
 *   constructor(private readonly url: string) {}
 *   async [Resource.acquire](): Promise<Acquisition<Client>> {
 *     const client = await connect(this.url);
 *     return { handle: client, release: () => client.end() };
 *   }
 * }
 */
export interface AsyncResource<out T> {
  /** As that of {@link Resource}, or a promise of it. The promise that `release` returns is awaited. */
  [Resource.acquire](): Acquisition<T> | PromiseLike<Acquisition<T>>;
}

/**
 * Says in the type of a resource that its release may suppress the error of its scope (S5). The compiler then asks that a
 * function whose body acquires it can return `undefined`. Nothing is read from it at run time.
 *
 * What is made of such a resource, by `all`, `map`, `retry` and the like, says so as well.
 *
 * @example
 * export const quietly = (): Resource<void> & Suppressing =>
 *   resource(() => {}, (_, exit) => { if (exit.kind === "failed") exit.suppress(); });
 * @example
 * class Quietly implements Resource<void>, Suppressing {
 *   declare readonly [Resource.suppresses]?: true;
 *   [Resource.acquire](): Acquisition<void> { … }
 * }
 * @see https://typing.python.org/en/latest/spec/exceptions.html#context-managers
 */
export interface Suppressing {
  readonly [Resource.suppresses]?: true;
}

/** One acquisition of a resource: what the body is given, and how to give it back. */
export interface Acquisition<out T> {
  readonly handle: T;
  /**
   * Called exactly once, told how the scope ended. What it returns is awaited where `await raii(…)` acquired, else
   * ignored: only `exit.suppress()` suppresses.
   */
  release(exit: Exit): unknown;
}
