import { stepping } from "../core/step.js";

/**
 * Runs a function outside of every cancel scope: for work that is started here, and belongs to nobody who could be cancelled.
 *
 * @param body called at once; annotated functions that it calls run to their end, whatever is cancelled.
 * @returns what it returns.
 * @throws what it throws.
 * @example
 * detached(() => void writeAuditLog(entry).catch(report));
 */
export function detached<T>(body: () => T): T {
  const { context } = stepping;
  stepping.context = undefined;
  try {
    return body();
  } finally {
    stepping.context = context;
  }
}
