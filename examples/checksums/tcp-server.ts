import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { contextManager } from "ts-raii";

/** A server that only this machine can reach; the handle is its port. It is closed when the last of its connections is. */
export const tcpServer = contextManager(async function* tcpServer(
  onConnection: (socket: Socket) => void,
  say: (line: string) => void,
) {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  say("the server listens");
  try {
    yield (server.address() as AddressInfo).port;
  } finally {
    server.close();
    await once(server, "close");
    say("the server has closed");
  }
});
