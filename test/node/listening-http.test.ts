import { once } from "node:events";
import http, { type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listening } from "../../runtime/node/index.ts";
import { cert, key } from "./certificate.ts";
import { host, opened, request } from "./connection.ts";
import { leavesNothing, use, waitFor } from "./use.ts";

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
