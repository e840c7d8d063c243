import { type FileHandle, open } from "node:fs/promises";
import { raii } from "ts-raii";
import { splitLines } from "./split-lines.js";

/** The lines of a file. It is open while somebody reads them, also if they are not read to the end. */
export async function* linesOfFile(path: string): AsyncGenerator<string, void> {
  "use raii";
  const file = await raii(open(path)); // a promise of an AsyncDisposable, as Node gives it
  yield* splitLines(chunksOf(file));
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(4096) });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
