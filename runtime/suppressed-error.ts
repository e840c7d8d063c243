import { after, describe, nameOf } from "./describe.js";

/** TC39's, where there is one: `error` is the later of the two, `suppressed` the earlier. */
interface Platform {
  readonly SuppressedError?: new (error: unknown, suppressed: unknown, message: string) => Error;
}

/** Stands in where the platform has no SuppressedError (Node 20 and 22): same name, same two properties, not enumerable. */
class SuppressedError extends Error {
  constructor(error: unknown, suppressed: unknown, message: string) {
    super(message);
    for (const [key, value] of Object.entries({ name: "SuppressedError", error, suppressed })) {
      Object.defineProperty(this, key, { value, writable: true, configurable: true });
    }
  }
}

/**
 * Combines two errors into one (S4). Engines print neither `error` nor `suppressed`, so the message shows what is behind
 * them, a line each, the last one first. It is built without walking the chain, which may be long (S9), and bounded.
 *
 * @param later thrown while releasing `subject`, or doing with it what `doing` says.
 * @param earlier the error the scope already had.
 */
export function combineErrors(later: unknown, earlier: unknown, subject: object, doing = "releasing"): Error {
  return new ((globalThis as Platform).SuppressedError ?? SuppressedError)(
    later,
    earlier,
    `${describe(later)} (while ${doing} ${nameOf(subject)})${after}${describe(earlier)}`,
  );
}

/**
 * Whether `thrown` already leads to `earlier`: a release that was told of an error and answers with it, with one it is
 * the `cause` of, or with a combination that holds it, has not lost it; combining again would show it twice (property 14).
 */
export function carries(thrown: unknown, earlier: unknown): boolean {
  try {
    let link = thrown as { cause?: unknown; suppressed?: unknown };
    // Bounded, for a chain that somebody has bent into a ring.
    for (let steps = 1e6; steps--;) {
      if (Object.is(link, earlier) || (earlier && link.cause === earlier)) return true;
      if (!("suppressed" in link)) break;
      link = link.suppressed as typeof link;
    }
  } catch {} // a primitive, a revoked proxy, a throwing getter: it leads nowhere
  return false;
}
