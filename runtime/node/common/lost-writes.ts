import type { Writable } from "node:stream";

/**
 * Notes what is written to a stream that has closed already: a socket whose other side has gone, the input of a process
 * that has ended. Node drops it, and tells only the callback of that write, for the stream has no event left to emit.
 */
export class LostWrites {
  private first: { readonly error: unknown } | undefined = undefined;
  /** Of how many of them Node has not told yet. */
  private pending = 0;

  constructor(stream: Writable) {
    const note = (error?: Error | null): void => {
      this.pending--;
      if (error) this.first ??= { error };
    };
    /** One that has a callback tells that, and is heard. */
    const heard = (args: unknown[]): unknown[] => {
      if (!stream.destroyed || args.some((each) => typeof each === "function")) return args;
      this.pending++;
      return [args[0], args[1], note];
    };
    let write = stream.write as Method;
    const written = function (this: Writable, ...args: unknown[]): unknown {
      return write.apply(this, heard(args));
    };
    // A socket of Node replaces its own `write` when the other side has ended.
    Object.defineProperty(stream, "write", {
      configurable: true,
      get: () => written,
      set: (replacement: Method) => void (write = replacement),
    });
    const end = stream.end as Method;
    const ended = function (this: Writable, ...args: unknown[]): unknown {
      return end.apply(this, args[0] == null ? args : heard(args));
    };
    Object.defineProperty(stream, "end", { configurable: true, writable: true, value: ended });
  }

  /** The error of the first one that was lost, if there was one. */
  async lost(): Promise<{ readonly error: unknown } | undefined> {
    for (let turn = 0; this.pending > 0 && turn < mostTurns; turn++) await new Promise(setImmediate);
    return this.first ?? (this.pending > 0 ? { error: unanswered() } : undefined);
  }
}

/** How many turns of the event loop a callback may take. Node calls it in the next one, or, for `end` of a response, never. */
const mostTurns = 10;

function unanswered(): Error {
  const error = new Error("ts-raii: what was written to the stream after it had closed is lost");
  return Object.assign(error, { code: "ERR_STREAM_DESTROYED" });
}

type Method = (this: Writable, ...args: unknown[]) => unknown;
