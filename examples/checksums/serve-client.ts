import type { Socket } from "node:net";
import { raii } from "ts-raii";
import { closingSocket } from "./closing-socket.js";
import { deadline } from "./deadline.js";
import type { SumOf } from "./hash-worker.js";
import { splitLines } from "./split-lines.js";

/** Serves one connection until the client closes it: each line is a path, the answer its sum, or `!` and why there is none. */
export async function serveClient(socket: Socket, sumOf: SumOf, limit: number): Promise<void> {
  "use raii";
  const client = await raii(closingSocket(socket));
  for await (const path of splitLines(client)) {
    const signal = raii(deadline(limit, "a request")); // const: each request has its own
    const answer = await sumOf(path, signal);
    client.write("error" in answer ? `!${answer.error}\n` : `${answer.sha256}  ${path}\n`);
  }
}
