import { onePerProcess } from "../../core/one-per-process.js";

/** The reason for which the signal of a program aborts when an error reaches nobody. */
export class UncaughtFailure extends Error {
  /** That of what is aborted everywhere in Node, so that one test finds them all. */
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(cause: unknown) {
    super("an error was not caught", { cause });
  }
}

/**
 * Is called with each exception that nobody catches, and with the reason of each rejection that nobody handles. Where
 * others listen, it is theirs: they, and not the default, then say what happens to the process.
 *
 * @returns what ends it.
 */
export function onUncaught(tell: (error: unknown) => void): () => void {
  const hear = (error: unknown): void => {
    if (process.listeners("uncaughtException").some((each) => !ours.has(each))) return;
    tell(error);
  };
  ours.add(hear);
  process.on("uncaughtException", hear);
  return () => void process.removeListener("uncaughtException", hear);
}

/** The listeners of this function, told apart from those of people: `main` may run twice at a time. */
const ours = /* @__PURE__ */ onePerProcess("uncaught", /* @__PURE__ */ new WeakSet<Function>());
