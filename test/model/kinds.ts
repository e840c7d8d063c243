/** What a resource is made of, and what its release does besides being logged. */
export interface Traits {
  readonly by:
    | "Disposable"
    | "AsyncDisposable"
    /** Has both methods: what acquires it says which of them is called. */
    | "both"
    /** Is told the exit. */
    | "Resource"
    /** A context manager: told, too, but by how its generator goes on. */
    | "manager"
    | "null"
    /** What is no resource at all. */
    | "number"
    /** Fails before there is anything that could be acquired. */
    | "error";
  /** A release throws a new Error without a `cause`, or exactly the error that it was told. */
  readonly does?: "fail" | "failUndefined" | "suppress" | "replace" | "rethrow";
  /** Its acquisition itself fails. */
  readonly refuses?: true;
  /** What takes time. */
  readonly slow?: "acquire" | "release" | "both";
  /** A promise of it. */
  readonly isPromised?: true;
}

/** What `raii(x)` can take in every function. */
export const syncKinds = {
  plain: { by: "Disposable" },
  failing: { by: "Disposable", does: "fail" },
  failingUndefined: { by: "Disposable", does: "failUndefined" },
  both: { by: "both" },
  nothing: { by: "null" },
  unopenable: { by: "error" },
  noResource: { by: "number" },
  unacquirable: { by: "Resource", refuses: true },
  aware: { by: "Resource" },
  awareFailing: { by: "Resource", does: "fail" },
  suppressing: { by: "Resource", does: "suppress" },
  replacing: { by: "Resource", does: "replace" },
  rethrowing: { by: "Resource", does: "rethrow" },
  manager: { by: "manager", does: "rethrow" },
  suppressingManager: { by: "manager", does: "suppress" },
} as const satisfies Record<string, Traits>;

/** What only `await raii(x)` can take. */
export const asyncKinds = {
  asyncPlain: { by: "AsyncDisposable", slow: "release" },
  asyncAtOnce: { by: "AsyncDisposable" },
  asyncFailing: { by: "AsyncDisposable", slow: "release", does: "fail" },
  asyncFailingAtOnce: { by: "AsyncDisposable", does: "fail" },
  asyncFailingUndefined: { by: "AsyncDisposable", slow: "release", does: "failUndefined" },
  asyncAware: { by: "Resource", slow: "both" },
  asyncAwareFailing: { by: "Resource", slow: "both", does: "fail" },
  asyncSuppressing: { by: "Resource", slow: "both", does: "suppress" },
  asyncReplacing: { by: "Resource", slow: "both", does: "replace" },
  asyncRethrowing: { by: "Resource", slow: "both", does: "rethrow" },
  asyncUnacquirable: { by: "Resource", slow: "both", refuses: true },
  slowToAcquire: { by: "Resource", slow: "acquire" },
  slowToRelease: { by: "Resource", slow: "release", does: "suppress" },
  asyncManager: { by: "manager", slow: "both", does: "rethrow" },
  asyncSuppressingManager: { by: "manager", slow: "both", does: "suppress" },
  promised: { by: "Disposable", isPromised: true },
  promisedAsync: { by: "AsyncDisposable", slow: "release", isPromised: true },
  promisedResource: { by: "Resource", slow: "both", isPromised: true },
  promisedNothing: { by: "null", isPromised: true },
  promisedNumber: { by: "number", isPromised: true },
  rejected: { by: "error", isPromised: true },
} as const satisfies Record<string, Traits>;

export const resourceKinds = { ...syncKinds, ...asyncKinds };
export type ResourceKind = keyof typeof resourceKinds;

export function traitsOf(kind: ResourceKind): Traits {
  return resourceKinds[kind];
}

/** Whether `using` or `await using` can take it. */
export function isSayable(kind: ResourceKind): boolean {
  const { by, isPromised } = traitsOf(kind);
  return by !== "Resource" && by !== "manager" && !isPromised;
}

/** Whether it fails by itself, and does not only react to a failure. */
export function isFailing(kind: ResourceKind): boolean {
  const { by, does, refuses } = traitsOf(kind);
  return by === "error" || by === "number" || does === "fail" || does === "failUndefined" || refuses === true;
}

/** What a `for await` goes over, and where it fails by itself. */
export interface StreamTraits {
  readonly by:
    | "async generator"
    /** An object with `next` and `return`. */
    | "iterator"
    /** One that cannot be closed. */
    | "endless"
    /** A synchronous generator of promises. */
    | "promises"
    | "number";
  readonly fails?:
    | "next rejects"
    | "next throws"
    | "next gives no result"
    /** A synchronous iterator gives a promise that is rejected. It cannot be closed: Node 20 and 22 would not do so. */
    | "value rejects"
    | "return rejects"
    | "return throws"
    | "return gives no result";
}

export const streamKinds = {
  generated: { by: "async generator" },
  iterated: { by: "iterator" },
  unclosable: { by: "endless" },
  promises: { by: "promises" },
  none: { by: "number" },
  nextRejects: { by: "iterator", fails: "next rejects" },
  nextThrows: { by: "iterator", fails: "next throws" },
  nextGivesNone: { by: "iterator", fails: "next gives no result" },
  valueRejects: { by: "promises", fails: "value rejects" },
  returnRejects: { by: "iterator", fails: "return rejects" },
  returnThrows: { by: "iterator", fails: "return throws" },
  returnGivesNone: { by: "iterator", fails: "return gives no result" },
} as const satisfies Record<string, StreamTraits>;

export type StreamKind = keyof typeof streamKinds;

export function streamOf(kind: StreamKind): StreamTraits {
  return streamKinds[kind];
}

/** Whether it fails by itself. */
export function isFailingStream(kind: StreamKind): boolean {
  const { by, fails } = streamOf(kind);
  return by === "number" || fails !== undefined;
}
