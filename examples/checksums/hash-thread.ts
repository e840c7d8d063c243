import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";

// What runs in the worker thread: computes the sum of one file after the other.

/** A path, and where the answer goes. */
export interface Question {
  readonly path: string;
  readonly reply: MessagePort;
}

export type Answer = { readonly sha256: string } | { readonly error: string };

parentPort!.on("message", ({ path, reply }: Question) => reply.postMessage(sumOf(path)));

function sumOf(path: string): Answer {
  const folder: string = workerData;
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) return { error: "not in the folder that is served" };
  try {
    return { sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}
