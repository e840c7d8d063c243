import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

/** A server on a free port, with what has connected, until the body is over. */
export async function serving<R>(
  server: Server,
  body: (port: number, connections: Socket[]) => Promise<R>,
  event = "connection",
): Promise<R> {
  const connections: Socket[] = [];
  server.on(event, (connection: Socket) => {
    connections.push(connection);
    connection.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await body((server.address() as AddressInfo).port, connections);
  } finally {
    for (const connection of connections) connection.destroy();
    server.close();
    await once(server, "close");
  }
}
