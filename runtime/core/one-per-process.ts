import { processState } from "./process-state.js";

/**
 * What the copies of this package in a process share; see `ProcessState`. For what is not in every bundle.
 *
 * @param name means the same in all versions, as the names of `ProcessState` do.
 * @param value kept by the copy that is loaded first.
 * @returns what is kept.
 */
export function onePerProcess<T extends object>(name: string, value: T): T {
  return ((processState as unknown as Record<string, T>)[name] ??= value);
}
