/** Whether `value` is what a generator function gives. An async generator is none: it has no `Symbol.iterator`. */
export function isGenerator(value: unknown): value is Generator {
  return isResumable(value) && typeof value[Symbol.iterator] === "function";
}

/** Whether `value` is what an async generator function gives. */
export function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return isResumable(value) && typeof value[Symbol.asyncIterator] === "function";
}

function isResumable(value: unknown): value is Record<keyof Generator | keyof AsyncGenerator, unknown> {
  const { next, throw: fail } = (value ?? {}) as Partial<Generator>;
  return typeof next === "function" && typeof fail === "function";
}
