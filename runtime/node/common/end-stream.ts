import type { Duplex, Readable, Writable } from "node:stream";
import type { Exit } from "../../core/exit.js";
import { LostWrites } from "./lost-writes.js";
import { within } from "./settles-within.js";
import type { UnheardErrors } from "./unheard-errors.js";

/** A stream of Node. */
export type NodeStream = Readable | Writable;

/** How a stream is ended. */
interface Ending {
  /** Names it in errors. */
  readonly name: string;
  /** Holds the errors that nobody has listened for. */
  readonly errors: UnheardErrors;
  /** Knows what was written after it had closed. */
  readonly writes: LostWrites | undefined;
  /** How many milliseconds it may take. */
  readonly grace: number;
  /** What may take so long: all of it, or each part of it, as long as it gets on. */
  readonly bounds: "everything" | "each step";
}

/**
 * Ends a stream with its scope. After a success a writable is ended and flushed, and what is being read is left the time
 * to be read; then, or at once, it is destroyed, after a failure with the error. It never takes for ever.
 *
 * @throws what its `error` event told nobody, and an error of ours where something is lost.
 */
export async function endStream(stream: NodeStream, exit: Exit, ending: Ending): Promise<void> {
  const { name, errors, writes, grace } = ending;
  let given: { readonly error: unknown } | undefined;
  let lost: Error | undefined;
  if (!stream.destroyed) {
    if (exit.kind === "failed") given = { error: asError(exit.error) };
    else if (exit.kind === "succeeded" && isWritable(stream)) lost = await finish(stream, ending);
  }
  const closed = whenClosed(stream);
  stream.destroy(given?.error as Error | undefined);
  const hasClosed = (await within(closed, grace)) || stream.closed;

  if (hasClosed) errors.stop();
  errors.rethrow(given);
  if (lost) throw lost;
  const unwritten = exit.kind === "succeeded" ? await writes?.lost() : undefined;
  if (unwritten) throw unwritten.error;
  if (!hasClosed) throw new Error(`ts-raii: ${name} was destroyed and has not closed within ${grace} ms`);
}

/** The `close` event, which comes after that of an error; for a stream that is closed, what still is on its way. */
function whenClosed(stream: NodeStream): Promise<unknown> {
  return new Promise(
    (resolve) => void (stream.closed ? setImmediate(resolve) : stream.once("close", resolve)),
  );
}

/** Ends a writable and waits until it is done. @returns what there is to say, where it does not get done. */
async function finish(stream: Writable, { name, grace, bounds }: Ending): Promise<Error | undefined> {
  const isRead =
    isReadable(stream) && (stream.readableFlowing !== null || stream.listenerCount("readable") > 0);
  let reads = 0;
  const read = (): void => void reads++;
  // Also where nobody reads: a transform could not flush then, and a socket would not see that the other side has ended.
  if (isReadable(stream)) stream.on("data", read);

  const isDone = (): boolean => stream.writableFinished && (!isReadable(stream) || stream.readableEnded);
  const events = ["finish", "end", "close"] as const;
  let check: () => void = () => {};
  // Not by `finished`: it would count as one who listens for errors.
  const done = new Promise<void>((resolve) => {
    check = () => void ((isDone() || stream.closed) && resolve());
    for (const event of events) stream.on(event, check);
    check();
  });
  if (!stream.writableEnded) stream.end();
  for (;;) {
    const before = [stream.writableLength, reads] as const;
    if ((await within(done, grace)) || bounds === "everything") break;
    if (stream.writableLength >= before[0] && reads === before[1]) break;
  }
  stream.removeListener("data", read);
  for (const event of events) stream.removeListener(event, check);

  if (stream.errored) return undefined; // its `error` event has told who listens for it, or what holds the unheard
  const got = stream.destroyed
    ? "it was destroyed meanwhile"
    : `it did not get on for ${grace} ms (option grace)`;
  if (!stream.writableFinished) return new Error(`ts-raii: ${name} was ended and not flushed: ${got}`);
  const isUnread = isRead && (stream as Duplex).readableLength > 0;
  return isUnread ? new Error(`ts-raii: ${name} was not read to its end: ${got}`) : undefined;
}

/** Watches what is written to a stream, if it can be written to. */
export function watchWrites(stream: NodeStream): LostWrites | undefined {
  return isWritable(stream) ? new LostWrites(stream) : undefined;
}

function isWritable(stream: NodeStream): stream is Writable {
  return typeof (stream as Partial<Writable>).write === "function";
}

function isReadable(stream: NodeStream): stream is Duplex {
  return typeof (stream as Partial<Readable>).read === "function";
}

/** What a stream can be destroyed with: a falsy value would be no error to it. */
function asError(error: unknown): unknown {
  return error instanceof Error || Object.prototype.toString.call(error) === "[object Error]"
    ? error
    : new Error("ts-raii: the scope failed with what is no Error, see cause", { cause: error });
}
