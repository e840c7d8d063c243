import type { Resource } from "../../core/resource.js";
import { onAbort } from "../common/on-abort.js";
import { releasedOnce } from "../common/released-once.js";

/** Options of {@link abortController}. */
export interface AbortControllerOptions {
  /** Aborts also when the scope succeeds: for work that must not outlive it. By default only when it does not. */
  readonly always?: boolean;
  /** A signal to follow: when it aborts, the controller does, for the same reason. Nothing of it is kept afterwards. */
  readonly signal?: AbortSignal;
}

/**
 * An AbortController that aborts when its scope fails or is cancelled. What the scope has started by its signal (a
 * `fetch`, a child process, a task of your own) stops then; aborting does not wait until it has.
 *
 * The reason is the error of the scope. Where there is none (the scope was cancelled, or `always`) it is the
 * `AbortError` of the platform.
 *
 * @param options `always`: abort on success as well; `signal`: another signal to follow.
 * @returns a resource whose handle is the controller: `const { signal } = raii(abortController())`.
 * @example
 * const { signal } = raii(abortController());
 * const pages = urls.map((url) => fetch(url, { signal }));
 * return await Promise.all(pages); // the first that fails stops the others
 * @see https://nodejs.org/api/globals.html#class-abortcontroller
 */
export function abortController(options: AbortControllerOptions = {}): Resource<AbortController> {
  const { always = false, signal: followed } = options;
  return releasedOnce("abortController", () => {
    const controller = new AbortController();
    const follow = (): void => controller.abort(followed?.reason);
    if (followed?.aborted) follow();
    const stopFollowing = onAbort(followed, follow);
    return {
      handle: controller,
      release(exit) {
        stopFollowing();
        if (exit.kind === "failed") controller.abort(exit.error);
        else if (exit.kind === "cancelled") controller.abort(exit.reason);
        else if (always) controller.abort();
      },
    };
  });
}
