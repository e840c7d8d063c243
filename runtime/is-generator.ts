/** Whether `value` is what a generator function gives. An async generator is none: it has no `Symbol.iterator`. */
export function isGenerator(value: unknown): value is Generator {
  const { next, [Symbol.iterator]: iterator, throw: fail } = (value ?? {}) as Partial<Generator>;
  return typeof next === "function" && typeof fail === "function" && typeof iterator === "function";
}
