import { once } from "node:events";
import http, { type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import net, { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquireAsync, runAsync } from "../../runtime/index.ts";
import { listening } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { cert, key } from "./certificate.ts";
import { leavesNothing, listenersOf, use } from "./use.ts";

const host = "127.0.0.1";
const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** A connection that has said something and what comes back. */
async function opened(port: number, says = ""): Promise<Socket> {
  const socket = connect(port, host);
  await once(socket, "connect");
  if (says !== "") socket.write(says);
  return socket;
}

async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

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

describe("listening() with a server of http", () => {
  const serve = <R>(
    answer: (response: ServerResponse, request: IncomingMessage) => void,
    body: (port: number, server: HttpServer) => R | PromiseLike<R>,
    grace = Infinity,
  ) =>
    leavesNothing(() =>
      use(
        listening(
          http.createServer((q, s) => answer(s, q)),
          { host, grace },
        ),
        ({ port, server }) => body(port, server),
      ),
    );

  it("closes idle connections at once: those that wait for a next request, and for a first", () =>
    serve(
      (response) => response.end("hello"),
      async (port, server) => {
        const first = once(server, "connection");
        const kept = await opened(port, request);
        await once(kept.setEncoding("utf8"), "data");
        await first;
        const second = once(server, "connection");
        const silent = await opened(port);
        await second;
        kept.resume();
        silent.resume();
      },
    ));

  it("sends an answer that is under way to its end, and then ends the connection", async () => {
    const answers: Promise<string>[] = [];
    const pending: (() => void)[] = [];
    await serve(
      (response, { url }) => {
        if (url === "/begun") response.write("begun ");
        pending.push(() => response.end("done"));
      },
      async (port) => {
        for (const path of ["/begun", "/silent"]) {
          const client = await opened(port, request.replace("/", path));
          answers.push(text(client));
        }
        await waitFor(() => pending.length === 2);
        setImmediate(() => pending.forEach((end) => end())); // when its release waits
      },
    );
    expect(await answers[0]).toContain("begun ");
    expect(await answers[0]).toContain("done");
    expect(await answers[1]).toContain("done");
    expect(await answers[1]).toContain("Connection: close");
  });

  it("does not cut off an answer that is given and not yet sent", async () => {
    const body = Buffer.alloc(3e7, "a");
    const received: Promise<string>[] = [];
    await serve(
      (response) => void response.end(body),
      async (port, server) => {
        const begins = once(server, "request");
        const client = await opened(port, request);
        await begins;
        received.push(text(client));
      },
    );
    const answer = await received[0]!;
    expect(answer.length - answer.indexOf("\r\n\r\n") - 4).toBe(body.length);
  });

  it("answers what comes on an open connection while it waits, and tells that it ends", async () => {
    const answers: Promise<string>[] = [];
    const pending: (() => void)[] = [];
    await serve(
      (response, { url }) => pending.push(() => response.end(`answer to ${url}`)),
      async (port) => {
        const client = await opened(port, request.replace("/", "/1"));
        answers.push(text(client));
        await waitFor(() => pending.length === 1);
        client.write(request.replace("/", "/2"));
        setImmediate(async () => {
          pending[0]!();
          await waitFor(() => pending.length === 2 || client.closed);
          pending[1]?.();
        });
      },
    );
    expect(await answers[0]).toContain("answer to /1");
  });

  it("destroys upgraded connections after the grace", async () => {
    const clients: Socket[] = [];
    await serve(
      () => expect.fail("it is an upgrade"),
      async (port, server) => {
        server.on("upgrade", (_, socket) => {
          socket.on("error", () => {});
          socket.write("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        });
        const upgrade = request.replace("\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        const client = await opened(port, upgrade);
        await once(client, "data");
        clients.push(client.on("error", () => {}).resume());
      },
      5,
    );
    await waitFor(() => clients[0]!.closed);
  });

  it("property: every answer that was begun before the scope ended arrives whole", async () => {
    const length = fc.constantFrom(0, 1, 1000, 300_000, 3_000_000);
    const when = fc.constantFrom("before", "while", "in parts");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ length, when }), { maxLength: 5 }), async (asked) => {
        const answers: Promise<string>[] = [];
        const late: (() => void)[] = [];
        let begun = 0;
        await serve(
          (response, { url }) => {
            const { length, when } = asked[Number(url!.slice(1))]!;
            begun++;
            const part = "x".repeat(length);
            if (when === "before") response.end(part);
            else if (when === "while") late.push(() => response.end(part));
            else (response.write(part), late.push(() => response.end()));
          },
          async (port) => {
            for (const i of asked.keys()) {
              answers.push(text(await opened(port, request.replace("/", `/${i}`))));
            }
            await waitFor(() => begun === asked.length);
            setImmediate(() => late.forEach((end) => end()));
          },
        );
        const got = (await Promise.all(answers)).map((each) => each.match(/x/g)?.length ?? 0);
        expect(got).toEqual(asked.map((each) => each.length));
      }),
      { numRuns: 20 },
    );
  });
});

describe("listening() with a server of https", () => {
  const secure = (port: number): tls.TLSSocket =>
    tls.connect({ port, host: "localhost", family: 4, ca: cert } as tls.ConnectionOptions);

  it("does not cut off answers, and closes at once what is idle or has not asked", async () => {
    const body = Buffer.alloc(3e7, "a");
    const answers: Promise<string>[] = [];
    const late: (() => void)[] = [];
    const server = https.createServer({ key, cert }, (request, response) => {
      if (request.url === "/now") response.end(body);
      else late.push(() => response.end("late"));
    });
    await leavesNothing(async () => {
      await use(listening(server, { host, grace: Infinity }), async ({ port }) => {
        for (const path of ["/now", "/late"]) {
          const client = secure(port);
          await once(client, "secureConnect");
          const begins = once(server, "request");
          client.write(request.replace("/", path));
          await begins;
          answers.push(text(client));
        }
        const silent = secure(port);
        const arrives = once(server, "secureConnection");
        await once(silent, "secureConnect");
        await arrives;
        silent.on("error", () => {}).resume();
        setImmediate(() => late.forEach((end) => end()));
      });
      const [now, then] = await Promise.all(answers);
      expect(now!.length - now!.indexOf("\r\n\r\n") - 4).toBe(body.length);
      expect(then).toContain("late");
    });
  });
});

describe("listening() with a server of http2", () => {
  it("lets the streams that are open end, and closes the sessions", () =>
    leavesNothing(async () => {
      const bodies: Promise<string>[] = [];
      const server = http2.createServer();
      const sessions: http2.ClientHttp2Session[] = [];
      const streams: http2.ServerHttp2Stream[] = [];
      server.on("stream", (stream) => {
        stream.respond({ ":status": 200 });
        streams.push(stream);
      });
      await use(listening(server, { host, grace: Infinity }), async ({ port }) => {
        const idle = http2.connect(`http://${host}:${port}`);
        await once(idle, "connect");
        const session = http2.connect(`http://${host}:${port}`);
        sessions.push(idle, session);
        const stream = session.request({ ":path": "/" });
        await once(stream, "response");
        bodies.push(text(stream));
        setImmediate(() => streams[0]!.end("hello"));
      });
      expect(await bodies[0]).toBe("hello");
      await waitFor(() => sessions.every((each) => each.destroyed));
    }));

  it("destroys the sessions whose streams do not end after the grace", () =>
    leavesNothing(async () => {
      const sessions: http2.ClientHttp2Session[] = [];
      const server = http2.createServer();
      server.on("stream", (stream) => {
        stream.on("error", () => {});
        stream.respond({ ":status": 200 });
      });
      await use(listening(server, { host, grace: 5 }), async ({ port }) => {
        const session = http2.connect(`http://${host}:${port}`);
        sessions.push(session.on("error", () => {}));
        const stream = session.request({ ":path": "/" });
        stream.on("error", () => {}).resume();
        await once(stream, "response");
      });
      await waitFor(() => sessions[0]!.destroyed);
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
