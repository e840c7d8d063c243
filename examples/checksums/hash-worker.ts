import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { contextManager, raii, resource } from "ts-raii";
import type { Answer, Question } from "./hash-thread.js";

/** Asks for the sum of a file. Rejected with the reason of the signal when that aborts, and when the thread ends. */
export type SumOf = (path: string, signal: AbortSignal) => Promise<Answer>;

/** A worker thread that reads files in `folder` and computes their sums. */
export const hashWorker = contextManager(async function* hashWorker(
  thread: URL,
  folder: string,
  say: (line: string) => void,
) {
  const worker = new Worker(thread, { workerData: folder });
  const ended = new AbortController();
  worker.once("exit", (code) => ended.abort(new Error(`the worker thread has ended with exit code ${code}`)));
  await once(worker, "online");
  say("the worker thread runs");
  const sumOf: SumOf = (path, signal) => ask(worker, path, AbortSignal.any([signal, ended.signal]));
  try {
    yield sumOf;
  } finally {
    await worker.terminate(); // also where it hangs
    say("the worker thread has ended");
  }
});

/** Each question has a channel of its own, which is closed when the answer is there or nobody waits for it any more. */
async function ask(worker: Worker, path: string, signal: AbortSignal): Promise<Answer> {
  "use raii";
  const { port1, port2 } = raii(channel);
  const question: Question = { path, reply: port2 };
  worker.postMessage(question, [port2]);
  try {
    const [answer] = await once(port1, "message", { signal });
    return answer;
  } catch (error) {
    signal.throwIfAborted(); // the reason says more than "The operation was aborted"
    throw error;
  }
}

const channel = resource(
  () => new MessageChannel(),
  ({ port1 }) => port1.close(), // closes the other end, too, wherever it is
  "channel",
);
