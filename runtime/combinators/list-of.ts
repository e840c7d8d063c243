/** What an array or another iterable holds now, so that it is the same at each acquisition; else `undefined`. */
export function listOf(resources: unknown): unknown[] | undefined {
  const isObject = typeof resources === "object" && resources !== null;
  return isObject && Symbol.iterator in resources ? [...(resources as Iterable<unknown>)] : undefined;
}
