// Imports the module that it is given, in a process with an inspector that a test talks to by WebSocket.
//
// Node's own server, `--inspect`, gives the same inspector. But it writes each answer and each event by itself, and TCP holds
// a small packet back until the one before is acknowledged: a step then takes 40 ms. So a thread of this process serves it.
import { Session } from "node:inspector";
import { isMainThread, Worker } from "node:worker_threads";
import { WebSocketServer } from "ws";

if (isMainThread) {
  new Worker(new URL(import.meta.url)).on("message", async (port) => {
    await import(process.argv[2]);
    console.log(`ws://127.0.0.1:${port}`);
  });
} else {
  const { parentPort } = await import("node:worker_threads");
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () =>
    parentPort.postMessage(server.address().port),
  );
  server.on("connection", (socket) => {
    const session = new Session();
    session.connectToMainThread();
    session.on("inspectorNotification", (event) => socket.send(JSON.stringify(event)));
    socket.on("message", (data) => {
      const { id, method, params } = JSON.parse(String(data));
      session.post(method, params, (error, result) =>
        socket.send(JSON.stringify({ id, error: error ?? undefined, result })),
      );
    });
    socket.on("close", () => session.disconnect());
  });
}
