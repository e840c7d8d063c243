import { describe } from "../core/describe.js";
import { resource } from "../core/function-resource.js";
import type { Resource, Suppressing } from "../core/resource.js";
import { isClass } from "./is-class.js";

/** Tells errors: a class of theirs, their `code` or `name`, or a function that says which. */
export type ErrorFilter = string | (abstract new (...args: never) => unknown) | ((error: unknown) => boolean);

/**
 * Suppresses the errors of its block that are named; control goes on after the block (S5). Others go on as they are, and so
 * does a cancellation, whatever is named.
 *
 * Several errors at once (an `AggregateError`, or the `SuppressedError` of releases that failed, too) are suppressed if they
 * are named themselves, or if all that they consist of is; else they go on whole.
 *
 * @param errors any number of error classes, of strings, which are compared with the `code` and the `name` of an error, and
 *   of functions that are given the error and return `true` for what is to be suppressed. None suppress nothing.
 * @returns the resource; it gives no handle, and can be acquired any number of times, also while it is held.
 * @throws {TypeError} for what is none of these. What a function throws, the release throws.
 * @example
 * {
 *   raii(suppress("ENOENT"));
 *   rmSync(path);
 * }
 * @example
 * raii(suppress(TimeoutError, "AbortError", (error) => isRetryable(error)));
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.suppress
 */
export function suppress(...errors: ErrorFilter[]): Resource<void> & Suppressing {
  const matchers = errors.map(matcherOf);
  return resource(
    () => {},
    (_, exit) => {
      if (exit.kind === "failed" && isCovered(exit.error, matchers)) exit.suppress();
    },
    "suppress",
  );
}

type Matcher = (error: unknown) => unknown;

function matcherOf(filter: ErrorFilter): Matcher {
  if (typeof filter === "string") {
    return harmless((error) => error.code === filter || error.name === filter);
  }
  if (typeof filter !== "function") {
    throw new TypeError(
      `ts-raii: suppress() takes error classes, codes or names, and functions; ${describe(filter)} is none`,
    );
  }
  return isClass(filter) ? harmless((error) => error instanceof filter) : filter;
}

/** People throw `null`, proxies and objects with throwing getters: these are not what was named. */
function harmless(match: (error: { code?: unknown; name?: unknown }) => boolean): Matcher {
  return (error) => {
    try {
      return match(error as {});
    } catch {
      return false;
    }
  };
}

/** Whether an error is named, or consists of what is. No recursion: a chain of errors may be long (S9), or a ring. */
function isCovered(error: unknown, matchers: readonly Matcher[]): boolean {
  const seen = new Set([error]);
  let matches = 0;
  for (const each of seen) {
    // Only `true`: a promise that a function returns by mistake must not suppress (property 20).
    if (matchers.some((match) => match(each) === true)) {
      matches++;
      continue;
    }
    const parts = partsOf(each);
    if (parts === undefined) return false;
    for (const part of parts) seen.add(part); // the loop reaches what is added
  }
  return matches > 0;
}

/** What an error consists of, if it stands for several. */
function partsOf(error: unknown): readonly unknown[] | undefined {
  try {
    const { name, errors, suppressed, error: later } = error as Partial<AggregateOrSuppressed>;
    if (name === "SuppressedError") return [later, suppressed];
    return name === "AggregateError" && Array.isArray(errors) ? (errors as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

type AggregateOrSuppressed = { name: unknown; errors: unknown; error: unknown; suppressed: unknown };
