import { settled } from "./settled.js";
import { stepping } from "./step.js";

/**
 * An iterator whose `next()` hangs when the loop over it is cancelled is closed: nobody waits for that.
 *
 * @param result what its `next()` gave.
 * @returns what is to be awaited for it.
 */
export function closeIfAbandoned(iterator: Partial<AsyncIterator<unknown>>, result: unknown): unknown {
  const { context } = stepping;
  if (context === undefined) return result;
  const promise = settled(result);
  context.activation.ifAbandoned = () => {
    void settled(undefined)
      .then(() => iterator.return?.())
      .catch(() => {});
  };
  return promise;
}
