import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Where the servers of the tests listen. */
export const host = "127.0.0.1";
/** A request of HTTP/1 for `/`. */
export const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** A connection that has said something and what comes back. */
export async function opened(port: number, says = ""): Promise<Socket> {
  const socket = connect(port, host);
  await once(socket, "connect");
  if (says !== "") socket.write(says);
  return socket;
}
