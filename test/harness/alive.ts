import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
/** Collects what nothing holds. */
export const gc = runInNewContext("gc") as () => void;

/** Names of those that are still reachable after a collection. A WeakRef keeps its target for the rest of the turn. */
export async function alive(refs: Record<string, WeakRef<object>>): Promise<string[]> {
  for (let round = 0; round < 5; round++) {
    await setImmediate();
    gc();
  }
  return Object.keys(refs).filter((name) => refs[name]!.deref() !== undefined);
}
