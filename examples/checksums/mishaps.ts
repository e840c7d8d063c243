import { setImmediate } from "node:timers/promises";
import { resource } from "ts-raii";

/** A progress display that fails when it is taken down. */
export const brokenDisplay = resource(
  () => undefined,
  async () => {
    await setImmediate();
    throw new Error("the terminal is gone");
  },
  "progress display",
);

/** A thread that ends at the first question. */
export const endingThread = script(`
  import { parentPort } from "node:worker_threads";
  parentPort.on("message", () => process.exit(7));
`);

/** A thread that never answers, nor does anything else. */
export const hangingThread = script("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");

function script(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}
