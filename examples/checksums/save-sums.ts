import { type AsyncAcquirable, raii } from "ts-raii";
import { atomicFile } from "./atomic-file.js";
import { linesOfFile } from "./lines-of-file.js";
import { sumsOf } from "./sums-of.js";

export interface ClientOptions {
  /** Where the service listens. */
  readonly port: number;
  /** A file with a path on each line. */
  readonly list: string;
  /** The file that the sums are written to, if all goes well. */
  readonly output: string;
  /** The time for all of it, in milliseconds. */
  readonly limit: number;
  /** One more resource to hold meanwhile: a progress display, say. */
  readonly during: AsyncAcquirable;
}

/** A client: has a service sum the files of a list, and saves the sums. There are those of all files, or there is no file. */
export async function saveSums({ port, list, output, limit, during }: ClientOptions): Promise<void> {
  "use raii";
  const file = await raii(atomicFile(output));
  await raii(during);
  for await (const line of sumsOf(port, linesOfFile(list), limit)) await file.write(`${line}\n`);
}
