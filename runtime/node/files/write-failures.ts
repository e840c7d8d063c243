import type { WriteStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";

type Write = (...args: unknown[]) => Promise<unknown>;

/** What can be written by: what a stream of the handle uses, too. */
const methods = ["write", "writev", "writeFile", "appendFile", "truncate"] as const;

/**
 * Notes whether all that was to be written to a file has been: by the handle's own methods, and by the streams that are
 * made of it. A stream that is destroyed before its end has not written what was to come, whoever has caught its error.
 */
export class WriteFailures {
  private failure: { readonly error: unknown } | undefined = undefined;
  /** What is piped into each stream at the moment. */
  private readonly streams = new Map<WriteStream, Set<unknown>>();
  private readonly writes = new Set<Promise<unknown>>();

  constructor(handle: FileHandle) {
    for (const name of methods) {
      const original = handle[name] as unknown as Write;
      define(handle, name, (...args) => this.follow(original.apply(handle, args)));
    }
    const createWriteStream = handle.createWriteStream;
    define(handle, "createWriteStream", (...args: Parameters<FileHandle["createWriteStream"]>) => {
      // A stream that emits no `close` would never tell that it is done.
      const stream = createWriteStream.call(handle, { ...args[0], emitClose: true });
      this.followStream(stream);
      return stream;
    });
  }

  /** Notes that a write has failed. */
  note(error: unknown): void {
    this.failure ??= { error };
  }

  /**
   * Waits for what is being written. A stream that nobody has ended is ended, so that it is flushed.
   * @throws the first error of all writes.
   */
  async settle(): Promise<void> {
    await Promise.all([...this.streams].map(([stream, sources]) => this.finish(stream, sources)));
    await Promise.allSettled(this.writes);
    if (this.failure) throw this.failure.error;
  }

  /** Destroys the streams: what they have not written is thrown away. */
  async destroy(): Promise<void> {
    await Promise.all([...this.streams.keys()].map(destroy));
    await Promise.allSettled(this.writes);
  }

  /** A stream that is still piped into has only a part of what was to be written. */
  private finish(stream: WriteStream, sources: ReadonlySet<unknown>): Promise<void> {
    if (stream.writableEnded || sources.size === 0) return finish(stream);
    this.note(new Error("a stream was still piped into: await the pipeline before the scope ends"));
    return destroy(stream);
  }

  private follow(write: Promise<unknown>): Promise<unknown> {
    this.writes.add(write);
    const done = (): void => void this.writes.delete(write);
    write.then(done, (error: unknown) => {
      done();
      this.note(error);
    });
    return write;
  }

  private followStream(stream: WriteStream): void {
    const sources = new Set<unknown>();
    this.streams.set(stream, sources);
    stream.on("pipe", (source) => sources.add(source)).on("unpipe", (source) => sources.delete(source));
    // Its `close` and not its `error`: to listen for that would be to hear it in the place of others.
    stream.once("close", () => {
      this.streams.delete(stream);
      if (!stream.writableFinished)
        this.note(stream.errored ?? new Error("a stream was destroyed before its end"));
    });
  }
}

/** Ends a stream, waits until all of it is written or it has failed, and closes it: with `autoClose: false` nobody else does. */
async function finish(stream: WriteStream): Promise<void> {
  if (stream.closed) return;
  stream.on("error", () => {}); // its `close` tells
  const finished = new Promise<void>((resolve) => {
    const settle = (): void => resolve();
    stream.once("finish", settle).once("close", settle);
  });
  if (!stream.writableEnded) stream.end();
  if (!stream.writableFinished) await finished;
  await destroy(stream);
}

function destroy(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve();
    stream
      .on("error", () => {})
      .once("close", () => resolve())
      .destroy();
  });
}

function define(handle: FileHandle, name: string, value: (...args: any[]) => unknown): void {
  Object.defineProperty(handle, name, { value, configurable: true, writable: true });
}
