import { readSync } from "node:fs";

const chunkSize = 1 << 16;

/**
 * The first `size` bytes of an open file, in chunks.
 *
 * @param path for the error.
 * @throws {Error} when the file is shorter.
 */
export function* readExactly(fd: number, size: number, path: string): Generator<Uint8Array, void> {
  for (let at = 0; at < size;) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkSize, size - at));
    const read = readSync(fd, chunk, 0, chunk.length, at);
    if (read === 0)
      throw new Error(`${path} ends after ${at} of ${size} bytes: it was changed while it was read`);
    yield chunk.subarray(0, read);
    at += read;
  }
}
