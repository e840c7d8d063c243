import { describe, nameOf } from "./describe.js";

/** The shape of TC39's SuppressedError: `error` is the later of the two, `suppressed` the earlier. */
interface SuppressedErrorLike extends Error {
  readonly error: unknown;
  readonly suppressed: unknown;
}

type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message: string) => SuppressedErrorLike;

/** Stands in where the platform has no SuppressedError (Node 20 and 22): same name, same two properties, not enumerable. */
class SuppressedErrorEquivalent extends Error {
  constructor(error: unknown, suppressed: unknown, message: string) {
    super(message);
    for (const [key, value] of Object.entries({ name: "SuppressedError", error, suppressed })) {
      Object.defineProperty(this, key, { value, writable: true, enumerable: false, configurable: true });
    }
  }
}

/**
 * What a message needs to know of the errors behind it. Kept beside the error and bounded, so that a chain of any
 * length is built and printed without walking it (S9).
 */
interface Summary {
  readonly count: number;
  readonly first: string;
  /** The latest few but the first, the last one first. */
  readonly recent: readonly string[];
}

const shown = 8;
const summaries = /* @__PURE__ */ new WeakMap<object, Summary>();

/**
 * Combines two errors into one (S4). Engines print neither `error` nor `suppressed`, so the message shows both.
 *
 * @param later thrown while releasing `subject`.
 * @param earlier the error the scope already had.
 */
export function combineErrors(later: unknown, earlier: unknown, subject: object): Error {
  const before = summaries.get(earlier as object) ?? { count: 1, first: describe(earlier), recent: [] };
  const recent = [
    `${describe(later)} (while releasing ${nameOf(subject)})`,
    ...before.recent.slice(0, shown - 1),
  ];
  const count = before.count + 1;
  const omitted = count - recent.length - 1;
  const lines = [...recent, ...(omitted > 0 ? [`… ${omitted} more`] : []), before.first];
  const message = `${count} errors, the last one first\n${lines.map((line) => `  - ${line}`).join("\n")}`;

  const platform = (globalThis as { SuppressedError?: SuppressedErrorClass }).SuppressedError;
  const combined = new (platform ?? SuppressedErrorEquivalent)(later, earlier, message);
  summaries.set(combined, { count, first: before.first, recent });
  return combined;
}

/**
 * Whether `thrown` already leads to `earlier`: a release that was told of an error and answers with it, or with one
 * that wraps it, has not lost it, and combining again would show it twice.
 */
export function carries(thrown: unknown, earlier: unknown): boolean {
  const seen = new Set<unknown>(); // a chain that somebody has bent into a ring ends, too
  for (let link = thrown; !seen.has(link); link = (link as SuppressedErrorLike).suppressed) {
    if (Object.is(link, earlier)) return true;
    if (!(link instanceof Error) || link.name !== "SuppressedError") return false;
    seen.add(link);
  }
  return false;
}
