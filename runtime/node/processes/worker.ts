import { Worker, type WorkerOptions as NodeWorkerOptions } from "node:worker_threads";
import type { AsyncResource } from "../../core/resource.js";
import { fileError, messageOf } from "../common/file-error.js";
import { checkGrace } from "../common/milliseconds.js";
import { releasedOnceAsync } from "../common/released-once.js";
import { within } from "../common/settles-within.js";
import { freeDescriptors } from "../common/spare-descriptor.js";
import { UnheardErrors } from "../common/unheard-errors.js";

/** What {@link worker} takes: the options of `new Worker`, and this. */
export interface WorkerOptions extends NodeWorkerOptions {
  /** How many milliseconds terminating it may take: it ends no call into the system that blocks it. 5000. */
  readonly grace?: number;
}

/** How many descriptors a thread takes to start: its event loop has four of them, and it opens its file. */
const descriptors = 8;
/** Those that have not started yet, and may still take theirs. */
const starting = /* @__PURE__ */ new Set<Promise<unknown>>();
const isEnough = (): boolean => (starting.size + 1) * descriptors <= freeDescriptors();

/**
 * A worker thread that is terminated when its scope ends, whatever it is doing, and its end awaited. Have it tell that
 * it is done before the scope ends; and listen for what it tells before you await anything else, as Node loses what
 * nobody listens for.
 *
 * An error that ends the worker (its file is not there, it throws) reaches who listens, as `once(worker, "message")`
 * does, also who does so later. One that nobody listens for does not end the process, as it would do in Node, but it is
 * not silent either: a warning tells it, in case the body waits for something else, and the release throws it.
 *
 * A thread without file descriptors fails only some time after Node has made it. Where few are free, which is known on
 * Linux, the acquisition waits until it runs. Elsewhere it does not, so that the body hears everything the worker tells.
 *
 * @param url of the file, as `new Worker` takes it; with `eval` its source.
 * @param options those of `new Worker`; `grace`.
 * @returns an asynchronous resource whose handle is the Worker.
 * @throws {RangeError} at the call, when `grace` is NaN, negative or more than 2147483647, and not Infinity.
 * @throws at the acquisition, for a path or options that Node refuses, and when the thread cannot be started (`EMFILE`, …).
 * @throws at the release, an error of the worker that nobody has heard, and an Error when it did not end in time.
 * @example
 * const hasher = await raii(worker(new URL("./hasher.js", import.meta.url), { workerData: path }));
 * const [digest] = await once(hasher, "message");
 * @see https://nodejs.org/api/worker_threads.html#class-worker
 */
export function worker(url: string | URL, options: WorkerOptions = {}): AsyncResource<Worker> {
  const { grace: givenGrace, ...rest } = options;
  const grace = checkGrace("worker", givenGrace);
  const name = options.eval ? "worker" : `worker ${String(url)}`;

  return releasedOnceAsync(name, async () => {
    while (starting.size > 0 && !isEnough()) await Promise.race(starting);
    const isScarce = !isEnough();
    const handle = new Worker(url, rest);
    const errors = new UnheardErrors(handle, (error) => {
      process.emitWarning(`ts-raii: ${name} has failed; its scope will throw ${String(error)}`);
    });
    const exited = new Promise<void>((resolve) => {
      handle.once("exit", () => {
        process.nextTick(() => {
          errors.listen(); // after its last event a worker removes all that listens
          resolve();
        });
      });
    });
    let isRunning = false;
    const online = new Promise<void>((resolve) => {
      handle.once("online", () => {
        isRunning = true;
        resolve();
      });
    });
    const settled: Promise<unknown> = Promise.race([online, exited]).then(() => starting.delete(settled));
    starting.add(settled);
    if (isScarce) await settled;
    if (isScarce && !isRunning) {
      errors.stop();
      throw startError(name, errors.take()?.error);
    }
    return {
      handle,
      async release() {
        void handle.terminate();
        if (!(await within(exited, grace))) {
          throw new Error(`ts-raii: ${name} was terminated and has not ended within ${grace} ms`);
        }
        errors.stop();
        errors.rethrow();
      },
    };
  });
}

/** Why the thread could not be started, with the code of the system, where Node's error has that in its message only. */
function startError(name: string, error: unknown): Error {
  const made = fileError(`${name} cannot be started: ${messageOf(error)}`, error);
  const code = /: (E[A-Z]+)$/.exec(messageOf(error))?.[1];
  return code === undefined ? made : Object.assign(made, { code });
}
