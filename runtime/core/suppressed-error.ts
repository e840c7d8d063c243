import { after, describe, nameOf } from "./describe.js";
import { partsOf, processState } from "./process-state.js";

/** Stands in where the platform has no SuppressedError: on Node 20 and 22. */
class SuppressedError extends Error {}

interface Platform {
  readonly SuppressedError?: new () => Error;
}

/**
 * Combines two errors into a SuppressedError (S4), the platform's where there is one: `error` is the later of the two,
 * `suppressed` the earlier.
 *
 * Few tools print these two fields, so the errors are also where every tool looks:
 * - `message` lists them, the last one first, a line each.
 * - `cause` is the error that came first of all.
 * - `stack` holds the stacks of the other ones.
 *
 * Of more than four errors `message` tells the number, and `stack` and `cause` hold those of the first four. So what is
 * printed is bounded, and nobody walks along a chain, which may be long (S9).
 *
 * @param later thrown while releasing `subject`, or doing with it what `doing` says.
 * @param earlier the error the scope already had.
 */
export function combineErrors(later: unknown, earlier: unknown, subject: object, doing = "releasing"): Error {
  const error = new ((globalThis as unknown as Platform).SuppressedError ?? SuppressedError)();
  const [laterCount, laterFirst, laterStacks] = partsOf(later);
  let [count, cause, stacks] = partsOf(earlier);
  count += laterCount;
  const text = `${describe(later)} (while ${doing} ${nameOf(subject)})` + after + describe(earlier);
  for (const [key, value] of Object.entries({
    name: "SuppressedError",
    message: count > 4 ? `${text}\n  ${count} errors in all` : text,
    error: later,
    suppressed: earlier,
    cause,
  })) {
    // A combined error stands behind a getter. Node 26 prints `error` and `suppressed`, then those of what they hold, and
    // so on along the chain. It calls no getter.
    Object.defineProperty(
      error,
      key,
      partsOf(value)[3]
        ? { get: () => value, configurable: true }
        : { value, writable: true, configurable: true },
    );
  }
  if (count < 5) stacks = `${laterStacks}\n  ${describe(laterFirst, 3e3)}${stacks}`;
  // Without a frame of another error it keeps its own frames: errors of the file system have none.
  if (/ {4}at /.test(stacks)) error.stack = error + stacks;
  processState.set(error, [count, cause, stacks, text]);
  return error;
}

/**
 * Whether `thrown` already leads to `earlier`: a release that was told of an error and answers with it, with one it is
 * the `cause` of, or with a combination that holds it, has not lost it; combining again would show it twice (property 14).
 */
export function carries(thrown: unknown, earlier: unknown): boolean {
  try {
    // Bounded, for a chain that somebody has bent into a ring.
    for (let link = thrown as Link, steps = 1e6; steps--; link = link.suppressed as Link) {
      if (Object.is(link, earlier) || (earlier && link.cause === earlier)) return true;
      if (!("suppressed" in link)) break;
    }
  } catch {} // a primitive, a revoked proxy, a throwing getter: it leads nowhere
  return false;
}

type Link = { cause?: unknown; suppressed?: unknown };
