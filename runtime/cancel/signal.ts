import { createController, type Signal } from "./abort-signal.js";
import { currentNode } from "./cancel-node.js";

/**
 * The `AbortSignal` of the innermost cancel scope: for code that is not annotated, to be told when the scope is cancelled.
 * It aborts before anything is thrown. Where there is no cancel scope it is one that never aborts.
 *
 * @returns the signal of the scope that is open where the code is called from.
 * @example
 * const response = await fetch(url, { signal: signal() });
 */
export function signal(): Signal {
  return currentNode()?.signal ?? createController().signal;
}
