import { createReadStream, type PathLike } from "node:fs";
import { createInterface, type Interface, type ReadLineOptions } from "node:readline/promises";
import { type Acquisition, type AsyncResource, Resource } from "../resource.js";
import { releasedOnce, releasedOnceAsync } from "./released-once.js";
import { stream } from "./stream.js";
import { UnheardErrors } from "./unheard-errors.js";

/** What {@link readline} takes: the options of `createInterface` but its `input`. */
export type ReadlineOptions = Omit<ReadLineOptions, "input">;

/**
 * An input that is read line by line: `for await`, `question()`, the event `line`. It is closed when the scope ends, and
 * the file, where it has opened one; a stream that it was given is left as it is, paused.
 *
 * Nothing is read before somebody asks for it, so that no line is lost to an `await` in between (Node's interface drops
 * the lines that come before it is iterated). `crlfDelay` is Infinity by default: CRLF is always one end of line.
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
  handle.pause();
  const resume = (event: string | symbol): void => {
    if (event !== "line") return;
    handle.removeListener("newListener", resume);
    handle.resume();
  };
  handle.on("newListener", resume); // to iterate is to listen; `question` resumes by itself
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
