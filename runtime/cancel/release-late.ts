import { releaseApart } from "../compose/acquisition-of.js";
import { asyncDisposeMethod } from "../core/async-scope.js";
import type { CancelledExit } from "../core/exit.js";
import type { Acquisition } from "../core/resource.js";
import { disposeMethod } from "../core/scope.js";

/**
 * Releases what was acquired too late, as soon as it is there: an acquisition, or what a promise of a resource gave. A
 * Resource holds nothing yet. What fails in that is nobody's error any more.
 */
export function releaseLate(value: any, reason: unknown): void {
  void release(value, reason).catch(() => {});
}

async function release(value: any, reason: unknown): Promise<void> {
  const dispose = asyncDisposeMethod(Object(value)) ?? disposeMethod(Object(value));
  if (typeof dispose === "function") await dispose.call(value);
  else if (typeof value?.release === "function") {
    const exit: CancelledExit = { kind: "cancelled", reason };
    await releaseApart(value as Acquisition<unknown>, exit);
  }
}
