/** Stands between the errors that a combination is made of. */
export const after = "\n  after ";

const unprintable = "unprintable";

/**
 * Tells a person which error or value this is. It never throws, whatever it is given (people throw proxies and objects
 * with throwing getters), and what it gives is bounded.
 *
 * @param depth how many combinations that are not ours are taken apart; ours say in their message what they hold.
 */
export function describe(value: unknown, depth = 4): string {
  let text = unprintable;
  try {
    const { name, message, error, suppressed } = Object(value) as Record<string, unknown>;
    if (Object(value) === value && !(value instanceof Error))
      text = `[${typeof value} ${nameOf(value as object)}]`;
    else if (name !== "SuppressedError" || !depth) text = String(value);
    else if (String(message).includes(after)) text = String(message);
    else text = describe(error, depth - 1) + after + describe(suppressed, depth - 1);
  } catch {}
  // Of a long one both ends: the latest error, and the one that came first of all.
  return text.length > 950 ? `${text.slice(0, 700)}...${text.slice(-250)}` : text;
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
