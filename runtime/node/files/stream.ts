import type { AsyncResource } from "../../core/resource.js";
import { endStream, type NodeStream, watchWrites } from "../common/end-stream.js";
import { checkGrace } from "../common/milliseconds.js";
import { releasedOnceAsync } from "../common/released-once.js";
import { UnheardErrors } from "../common/unheard-errors.js";

/** Options of {@link stream}. */
export interface StreamOptions {
  /** After how many milliseconds in which nothing got on a stream is destroyed that does not end; 5000. */
  readonly grace?: number;
}

/**
 * A stream of Node that ends with its scope.
 *
 * - When the scope succeeds, a writable is ended and all that was written is flushed before the scope is left. What a
 *   Duplex or Transform still gives is left to who reads it (a pipe, a listener), or dropped. A readable is destroyed.
 * - When the scope fails, the stream is destroyed with the error of the scope, so that what it is piped to or read by
 *   learns of it; when the scope is cancelled, without one.
 *
 * An error of the stream that nobody listens for does not end the process: the release throws it. One that is listened
 * for, as `pipeline`, `once` and `for await` do, is not thrown again.
 *
 * @param source a stream, or a function that makes one, anew for each acquisition. A file's is acquired when it is open.
 * @param options `grace`: how long it may take without getting on.
 * @returns an asynchronous resource whose handle is the stream.
 * @throws {TypeError} at the acquisition, for what is no stream, and for `process.stdout` and `process.stderr`.
 * @throws {RangeError} at the call, when `grace` is NaN, negative or more than 2147483647, and not Infinity.
 * @throws at the acquisition, what opening the file throws, and for a stream that was destroyed before; at the release,
 *   the error of the stream, and an Error when it did not end in time, or when something was written after it had closed.
 * @example
 * const report = await raii(stream(() => createWriteStream("report.csv")));
 * for (const row of rows) report.write(`${row.join()}\n`);
 * @see https://nodejs.org/api/stream.html
 */
export function stream<S extends NodeStream>(
  source: S | (() => S | PromiseLike<S>),
  options: StreamOptions = {},
): AsyncResource<S> {
  const grace = checkGrace("stream", options.grace);
  return releasedOnceAsync("stream", async () => {
    const handle = typeof source === "function" ? await source() : source;
    check(handle);
    const name = `stream (${handle.constructor.name})`;
    const errors = new UnheardErrors(handle);
    await open(handle, errors, name);
    const writes = watchWrites(handle);
    return {
      handle,
      release: (exit) => endStream(handle, exit, { name, errors, writes, grace, bounds: "each step" }),
    };
  });
}

function check(handle: NodeStream): void {
  if (typeof handle?.destroy !== "function" || typeof handle.once !== "function") {
    throw new TypeError("ts-raii: stream() takes a stream of Node, or a function that gives one");
  }
  const { fd } = handle as { fd?: unknown };
  if (handle === (fd === 1 ? process.stdout : fd === 2 ? process.stderr : undefined)) {
    throw new TypeError(
      "ts-raii: process.stdout and process.stderr are the process's own and not ended by a scope",
    );
  }
}

/** Waits until a file's stream is open. Others are open, or say nothing of it. */
async function open(handle: NodeStream, errors: UnheardErrors, name: string): Promise<void> {
  const { pending, connecting = true } = handle as { pending?: boolean; connecting?: boolean };
  if (!handle.destroyed && pending && connecting) {
    let settle: () => void = () => {};
    await new Promise<void>((resolve) => {
      settle = resolve;
      for (const event of ["ready", "error", "close"]) handle.once(event, settle);
    });
    for (const event of ["ready", "error", "close"]) handle.removeListener(event, settle);
  }
  if (!handle.destroyed) return;
  await new Promise(setImmediate); // its error may still be on its way to those who listen
  errors.stop();
  errors.rethrow();
  throw handle.errored ?? new Error(`ts-raii: ${name} was destroyed before it was acquired`);
}
