import { createReadStream, type PathLike } from "node:fs";
import { createInterface, type Interface, type ReadLineOptions } from "node:readline/promises";
import { type Acquisition, type AsyncResource, Resource } from "../../core/resource.js";
import { releasedOnce, releasedOnceAsync } from "../common/released-once.js";
import { UnheardErrors } from "../common/unheard-errors.js";
import { keepLines } from "./keep-lines.js";
import { stream } from "./stream.js";

/** What {@link readline} takes: the options of `createInterface` but its `input`. */
export type ReadlineOptions = Omit<ReadLineOptions, "input">;

/**
 * An input that is read line by line: `for await`, `question()`, the event `line`. It is closed when the scope ends, and
 * the file, where it has opened one; a stream that it was given is left as it is, paused.
 *
 * No line is lost: those that come while nobody asks for them are kept for who asks next. (Node's interface drops the
 * lines that come before it is iterated, and of several that are piped in at once all but the answer to the open
 * question.) A question that is open when the input ends fails. `crlfDelay` is Infinity by default: CRLF is always one
 * end of line.
 *
 * @param input a stream, or the path of a file.
 * @param options those of `readlinePromises.createInterface` but `input`.
 * @returns a resource whose handle is the Interface of `node:readline/promises`: an asynchronous one for a path.
 * @throws at the acquisition, when the file cannot be opened; at the release, an error of the input that nobody has
 *   heard: who iterates is thrown it.
 * @example
 * const lines = await raii(readline("access.log"));
 * for await (const line of lines) count(line);
 * @example
 * const terminal = raii(readline(process.stdin, { output: process.stdout }));
 * const name = await terminal.question("Who is there? ");
 * @see https://nodejs.org/api/readline.html#readlinepromisescreateinterfaceoptions
 */
export function readline(input: NodeJS.ReadableStream, options?: ReadlineOptions): Resource<Interface>;
export function readline(input: PathLike, options?: ReadlineOptions): AsyncResource<Interface>;
export function readline(
  input: NodeJS.ReadableStream | PathLike,
  options: ReadlineOptions = {},
): Resource<Interface> | AsyncResource<Interface> {
  if (isStream(input)) return releasedOnce("readline", () => readLines(input, options));

  return releasedOnceAsync(`readline ${String(input)}`, async () => {
    const file = await stream(() => createReadStream(input))[Resource.acquire]();
    const { handle, release } = readLines(file.handle, options);
    return {
      handle,
      async release(exit) {
        try {
          release(exit);
        } finally {
          await file.release(exit);
        }
      },
    };
  });
}

function readLines(input: NodeJS.ReadableStream, options: ReadlineOptions): Acquisition<Interface> {
  const handle = createInterface({ crlfDelay: Infinity, ...options, input });
  const errors = new UnheardErrors(handle);
  keepLines(handle, { input, output: options.output }, errors);
  return {
    handle,
    release() {
      handle.close();
      errors.stop();
      errors.rethrow();
    },
  };
}

function isStream(input: NodeJS.ReadableStream | PathLike): input is NodeJS.ReadableStream {
  return typeof (input as Partial<NodeJS.ReadableStream>).on === "function";
}
