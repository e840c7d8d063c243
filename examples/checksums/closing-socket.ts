import type { Socket } from "node:net";
import { type AsyncResource, resource } from "ts-raii";

/**
 * A socket that is there already. After a failure it is closed at once, else when all is sent; it has been closed
 * when the release ends.
 */
export function closingSocket(socket: Socket): AsyncResource<Socket> {
  return resource(
    () => socket.on("error", () => {}), // who reads from it gets the error; without a listener it would end the process
    async (_, exit) => {
      if (socket.closed) return;
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      if (exit.kind === "failed") socket.destroy();
      else socket.destroySoon();
      await closed;
    },
    "socket",
  );
}
