import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net, { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { describe, expect, it } from "vitest";
import { acquireAsync, runAsync } from "../../runtime/index.ts";
import { listening } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { cert, key } from "./certificate.ts";
import { host, opened, request } from "./connection.ts";
import { leavesNothing, listenersOf, use, waitFor } from "./use.ts";

const servers = {
  net: () => net.createServer(),
  tls: () => tls.createServer({ key, cert }),
  http: () => http.createServer(),
  https: () => https.createServer({ key, cert }),
  http2: () => http2.createServer(),
  "http2 over TLS": () => http2.createSecureServer({ key, cert, allowHTTP1: true }),
};

describe.each(Object.entries(servers))("listening() with a server of %s", (_, create) => {
  it("listens when it is acquired, and no more when the scope has ended", () =>
    leavesNothing(async () => {
      const server = create();
      const before = listenersOf(server);
      const made = listening(server, { host });
      expect(server.listening).toBe(false);
      const { port } = await use(made, async (handle) => {
        expect(handle).toEqual({ address: host, family: "IPv4", port: expect.any(Number), server });
        expect(handle.server).toBe(server);
        (await opened(handle.port)).destroy();
        return handle;
      });
      expect(server.listening).toBe(false);
      expect(await rejectedBy(opened(port))).toMatchObject({ error: { code: "ECONNREFUSED" } });
      expect(listenersOf(server)).toEqual(before);
    }));

  it("property 34: can be acquired again, and emits `close` once for each", () =>
    leavesNothing(async () => {
      const server = create();
      let closed = 0;
      server.on("close", () => closed++);
      const made = listening(server, { host });
      for (let round = 0; round < 2; round++) {
        await use(made, async ({ port }) => (await opened(port)).destroy());
      }
      await new Promise(setImmediate);
      expect(closed).toBe(2);
    }));

  it("destroys after the grace what is still open, in whatever state it is", () =>
    leavesNothing(async () => {
      const clients: Socket[] = [];
      await use(listening(create(), { host, grace: 5 }), async ({ server, port }) => {
        for (const says of ["", "GET /", request, "\x16\x03\x01"]) {
          const arrives = once(server, "connection");
          const client = await opened(port, says);
          client.on("error", () => {}).resume();
          clients.push(client);
          await arrives;
        }
      });
      await waitFor(() => clients.every((each) => each.closed));
    }));
});

describe("listening()", () => {
  it("takes any free port, on all addresses, by default", () =>
    leavesNothing(async () => {
      await use(listening(net.createServer()), async ({ port, address }) => {
        expect(port).toBeGreaterThan(0);
        expect(["::", "0.0.0.0"]).toContain(address);
      });
    }));

  it.skipIf(process.platform === "win32")("listens on a Unix socket, and removes it", () =>
    leavesNothing(async () => {
      const folder = mkdtempSync(join(tmpdir(), "ts-raii-listening-"));
      const path = join(folder, "s");
      const server = net.createServer((socket) => void socket.end("hello"));
      const said = await use(listening(server, { path }), async (handle) => {
        expect(handle).toEqual({ path, server });
        return text(connect(handle.path));
      });
      expect(said).toBe("hello");
      expect(() => rmSync(path)).toThrow("ENOENT");
      rmSync(folder, { recursive: true });
    }),
  );

  it("property 4: a port that is taken fails the acquisition, and leaves the server as it was", () =>
    leavesNothing(async () => {
      const server = net.createServer();
      const before = listenersOf(server);
      await use(listening(net.createServer(), { host }), async ({ port }) => {
        const { error } = await rejectedBy(
          use(listening(server, { host, port }), () => expect.fail("listening")),
        );
        expect(error).toMatchObject({ code: "EADDRINUSE", port });
      });
      expect(listenersOf(server)).toEqual(before);
      await use(listening(server, { host }), () => {});
    }));

  it("property 4: a server that listens already fails the acquisition and goes on listening", () =>
    leavesNothing(async () => {
      await use(listening(net.createServer(), { host }), async ({ server, port }) => {
        const before = listenersOf(server);
        const { error } = await rejectedBy(use(listening(server, { host }), () => expect.fail("twice")));
        expect(error).toMatchObject({ code: "ERR_SERVER_ALREADY_LISTEN" });
        expect(listenersOf(server)).toEqual(before);
        (await opened(port)).destroy();
      });
    }));

  it("property 4: what is no port fails the acquisition", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(use(listening(net.createServer(), { port: 1e6 }), () => {}));
      expect(error).toMatchObject({ code: "ERR_SOCKET_BAD_PORT" });
    }));

  it("property 4: one that was told to stop before it listened fails with the reason", () =>
    leavesNothing(async () => {
      const reason = new Error("no longer wanted");
      const signal = AbortSignal.abort(reason);
      const { error } = await rejectedBy(use(listening(net.createServer(), { host, signal }), () => {}));
      expect(error).toBe(reason);
    }));

  it("takes it for fine that the body has closed the server, or is closing it", () =>
    leavesNothing(async () => {
      let closed = 0;
      const server = net.createServer();
      server.on("close", () => closed++);
      await use(listening(server, { host }), async ({ server }) => {
        server.close();
        await once(server, "close");
      });
      const clients: Socket[] = [];
      await use(listening(server, { host, grace: 5 }), async ({ server, port }) => {
        const arrives = once(server, "connection");
        clients.push((await opened(port)).on("error", () => {}).resume());
        await arrives;
        server.close();
      });
      expect(closed).toBe(2);
      await waitFor(() => clients[0]!.closed);
    }));

  it("releases in the same way when the scope fails", () =>
    leavesNothing(async () => {
      const server = http.createServer((_, response) => void response.end("hello"));
      const { error } = await rejectedBy(
        use(listening(server, { host, grace: Infinity }), async ({ port }) => {
          const client = await opened(port, request);
          await once(client, "data");
          client.resume();
          throw new Error("body");
        }),
      );
      expect(String(error)).toBe("Error: body");
      expect(server.listening).toBe(false);
    }));

  it("throws an error of the server that nobody has listened for, instead of ending the process", () =>
    leavesNothing(async () => {
      const failure = new Error("server");
      const made = listening(net.createServer(), { host });
      expect(await rejectedBy(use(made, ({ server }) => server.emit("error", failure)))).toEqual({
        error: failure,
      });
      const heard: unknown[] = [];
      await use(made, ({ server }) => {
        server.on("error", (error) => heard.push(error));
        server.emit("error", failure);
      });
      expect(heard).toEqual([failure]);
    }));

  it("two servers are released in turn", () =>
    leavesNothing(async () => {
      const order: string[] = [];
      const noted = (name: string) => net.createServer().on("close", () => order.push(name));
      await runAsync(function* () {
        yield* acquireAsync(listening(noted("a"), { host }));
        yield* acquireAsync(listening(noted("b"), { host }));
      });
      expect(order).toEqual(["b", "a"]);
    }));

  it.each([NaN, -1, 2 ** 31])("refuses a grace of %s at the call", (grace) => {
    const { error } = thrownBy(() => listening(net.createServer(), { grace }));
    expect(String(error)).toContain(`RangeError: ts-raii: listening(): grace must be from 0 to`);
  });
});
