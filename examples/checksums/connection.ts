import { addAbortListener, once } from "node:events";
import { connect } from "node:net";
import { contextManager, raii } from "ts-raii";
import { closingSocket } from "./closing-socket.js";

/**
 * A connection to a server on this machine; the handle is its socket. When the signal aborts, its reason is what the
 * connection, or whoever reads from it, fails with.
 */
export const connection = contextManager(async function* connection(port: number, signal: AbortSignal) {
  "use raii";
  const socket = connect(port, "127.0.0.1");
  raii(addAbortListener(signal, () => socket.destroy(signal.reason))); // released last: it bounds the closing, too
  await raii(closingSocket(socket));
  await once(socket, "connect");
  yield socket;
});
