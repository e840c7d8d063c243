import { contextManager, raii } from "ts-raii";
import { hashWorker } from "./hash-worker.js";
import { serveClient } from "./serve-client.js";
import { TaskGroup } from "./task-group.js";
import { tcpServer } from "./tcp-server.js";

export interface ServiceOptions {
  /** The folder whose files are summed. */
  readonly folder: string;
  /** What the worker thread runs. */
  readonly thread: URL;
  /** After so many milliseconds without an answer a connection is given up. */
  readonly limit: number;
  /** Told when a part of the service has started or ended. */
  readonly say: (line: string) => void;
}

/**
 * A service that computes SHA-256 sums of files; the handle is its port. It is shut down from the last to the first: no
 * more connections, then the end of those there are, then the thread they asked.
 */
export const checksumService = contextManager(async function* checksumService(options: ServiceOptions) {
  "use raii";
  const { folder, thread, limit, say } = options;
  const sumOf = await raii(hashWorker(thread, folder, say));
  const connections = await raii(new TaskGroup("connections"));
  const port = await raii(tcpServer((socket) => connections.start(serveClient(socket, sumOf, limit)), say));
  yield port;
});
