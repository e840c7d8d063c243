import type { Abortable } from "node:events";
import type { Interface } from "node:readline/promises";
import type { UnheardErrors } from "../common/unheard-errors.js";

/** What is kept for those who ask, and how it goes on. */
interface Lines {
  readonly kept: string[];
  /** Who waits for a line or the end. */
  readonly waiting: Set<() => void>;
  isClosed: boolean;
}

/** Where the questions go, and what the lines come from. */
interface Ends {
  readonly output?: NodeJS.WritableStream | undefined;
  readonly input: NodeJS.ReadableStream & { readonly errored?: unknown };
}

/**
 * Has an interface keep the lines that come while nobody asks for them, and give them to who asks next: an iteration,
 * `question`, a listener. What is no terminal is read only while somebody asks. (A terminal has to be: in its raw mode
 * Ctrl+C is a key to be read.)
 *
 * @param errors holds those that nobody has heard; an iteration hears them.
 */
export function keepLines(handle: Interface, ends: Ends, errors: UnheardErrors): void {
  const lines: Lines = { kept: [], waiting: new Set(), isClosed: false };
  const wake = (): void => lines.waiting.forEach((each) => each());
  const hold = (): void => void (handle.terminal || lines.isClosed || handle.pause());
  handle.on("line", (line) => {
    if (handle.listenerCount("line") > 1) return;
    lines.kept.push(line);
    hold();
    wake();
  });
  handle.on("close", () => {
    lines.isClosed = true;
    wake();
  });
  handle.on("newListener", (event) => {
    if (event === "line") giveToListeners(handle, lines);
  });
  hold();

  const ask = handle.question.bind(handle);
  handle.question = async (query: string, options: Abortable = {}) => {
    options.signal?.throwIfAborted();
    const line = lines.kept.shift();
    if (line === undefined) return untilClosed(handle, lines, ask(query, options));
    ends.output?.write(query);
    return line;
  };
  handle[Symbol.asyncIterator] = () => iterate(handle, lines, ends, errors);
}

function giveToListeners(handle: Interface, { kept, isClosed }: Lines): void {
  process.nextTick(() => {
    while (kept.length > 0 && handle.listenerCount("line") > 1) handle.emit("line", kept.shift());
  });
  if (!isClosed) handle.resume();
}

async function* iterate(handle: Interface, lines: Lines, { input }: Ends, errors: UnheardErrors) {
  for (;;) {
    for (let line = lines.kept.shift(); line !== undefined; line = lines.kept.shift()) yield line;
    if (input.errored) {
      await new Promise(setImmediate); // its event may still be on its way, and needs who listens
      throw errors.take()?.error ?? input.errored;
    }
    if (lines.isClosed) return;
    let settle = (): void => {};
    let fail = (_: unknown): void => {};
    try {
      await new Promise<void>((resolve, reject) => {
        lines.waiting.add((settle = resolve));
        handle.on("error", (fail = reject));
        handle.resume();
      });
    } finally {
      lines.waiting.delete(settle);
      handle.removeListener("error", fail);
    }
  }
}

/** In Node the answer to a question that is open when the input ends never comes, nor a last line without its end. */
async function untilClosed(handle: Interface, { kept }: Lines, answer: Promise<string>): Promise<string> {
  let close = (): void => {};
  const closed = new Promise<undefined>((resolve) => {
    close = () => setImmediate(resolve, undefined); // an answer that has just come is first
    handle.on("close", close);
  });
  try {
    const line = (await Promise.race([answer, closed])) ?? kept.shift();
    if (line === undefined) throw new Error("ts-raii: the input ended before the question was answered");
    return line;
  } finally {
    handle.removeListener("close", close);
  }
}
