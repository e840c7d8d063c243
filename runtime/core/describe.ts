import { partsOf } from "./process-state.js";

/** Stands between the errors that a combination is made of. */
export const after = "\n  after ";

const unprintable = "unprintable";

/**
 * Tells a person which error or value this is. It never throws, whatever it is given (people throw proxies and objects
 * with throwing getters), and what it gives is bounded.
 *
 * @param limit the number of characters. Where it is large, the text is the stack.
 */
export function describe(value: unknown, limit = 950): string {
  let text = partsOf(value)[3];
  try {
    const { name, error, suppressed } = Object(value) as Record<string, unknown>;
    // The message of a SuppressedError that is not ours says nothing of what it holds.
    text ??=
      Object(value) === value && !(value instanceof Error)
        ? `[${typeof value} ${nameOf(value as object)}]`
        : limit > 99 && name === "SuppressedError"
          ? describe(error, limit / 2) + after + describe(suppressed, limit / 2)
          : limit > 950
            ? String((value as Error).stack || value).replace((value as Error).message, (all) =>
                describe(all),
              )
            : String(value);
  } catch {
    text = unprintable;
  }
  // Of a long one both ends: the latest error, and the one that came first of all.
  return text.length > limit ? `${text.slice(0, limit * 0.7)}...${text.slice(-limit / 4)}` : text;
}

/** What a resource is called: the name it gives itself, or that of its class. */
export function nameOf(subject: object): string {
  try {
    const { name, constructor } = subject as { name?: unknown; constructor: Function };
    return ((typeof name === "string" && name) || constructor.name).slice(0, 99);
  } catch {
    return unprintable;
  }
}
