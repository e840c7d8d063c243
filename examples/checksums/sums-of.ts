import { raii } from "ts-raii";
import { connection } from "./connection.js";
import { deadline } from "./deadline.js";
import { splitLines } from "./split-lines.js";

/**
 * Asks a service for the sums of files, one after the other, and gives them as they come: lines as `sha256sum` writes
 * them. The connection is open until the last one, or until nobody wants more.
 *
 * @param limit all of it must not take more milliseconds.
 * @throws {Error} when there is no sum for a file, when the service closes the connection, when the time is up.
 */
export async function* sumsOf(
  port: number,
  paths: AsyncIterable<string> | Iterable<string>,
  limit: number,
): AsyncGenerator<string, void> {
  "use raii";
  const signal = raii(deadline(limit, "the client"));
  const socket = await raii(connection(port, signal));
  const answers = splitLines(socket);
  for await (const path of paths) {
    socket.write(`${path}\n`);
    const { value: answer } = await answers.next();
    if (answer === undefined) throw new Error(`${path}: the service has closed the connection`);
    if (answer.startsWith("!")) throw new Error(`${path}: ${answer.slice(1)}`);
    yield answer;
  }
}
