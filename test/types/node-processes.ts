// Compiled and not run: what the resources of processes, connections, streams and events give, and what they refuse.
import type { ChildProcess, ChildProcessWithoutNullStreams } from "node:child_process";
import { EventEmitter } from "node:events";
import type { ReadStream, WriteStream } from "node:fs";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import type { Server, Socket } from "node:net";
import type { Interface } from "node:readline/promises";
import type { Readable, Transform, Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { MessagePort, Worker } from "node:worker_threads";
import { type AsyncResource, raii, type Resource } from "../../runtime/index.ts";
import {
  abortController,
  childProcess,
  type Ended,
  interval,
  listener,
  type Listening,
  listening,
  type ListeningAtPath,
  main,
  readline,
  type RunningProcess,
  signals,
  socket,
  stream,
  timer,
  worker,
} from "../../runtime/node/index.ts";
import { type Assert, type Equal, given } from "./equal.ts";

export function synchronous() {
  const timeout = raii(timer(() => {}, 1));
  const again = raii(interval(() => {}, 1, { unref: true }));
  const controller = raii(abortController());
  const { signal } = raii(abortController({ always: true, signal: given<AbortSignal>() }));
  const received = raii(signals());
  const others = raii(signals("SIGHUP", "SIGUSR2"));
  const terminal = raii(readline(process.stdin, { output: process.stdout }));
  const heard = raii(listener(given<EventEmitter>(), "e", () => {}));
  return given<
    [
      Assert<Equal<typeof timeout, NodeJS.Timeout>>,
      Assert<Equal<typeof again, NodeJS.Timeout>>,
      Assert<Equal<typeof controller, AbortController>>,
      Assert<Equal<typeof signal, AbortSignal>>,
      Assert<Equal<typeof received, AbortSignal>>,
      Assert<Equal<typeof others, AbortSignal>>,
      Assert<Equal<typeof terminal, Interface>>,
      Assert<Equal<typeof heard, void>>,
    ]
  >();
}

export async function asynchronous() {
  const { port, address, server } = await raii(listening(given<HttpServer>(), { port: 0 }));
  const unix = await raii(listening(given<Server>(), { path: "/run/app" }));
  const connection = await raii(socket({ port: 1 }));
  const secure = await raii(socket({ port: 1, tls: true }));
  const thread = await raii(worker(new URL("file:///worker.js"), { workerData: 1 }));
  const lines = await raii(readline("a.txt"));
  const duplex = await raii(stream(given<Transform>()));
  const made = await raii(stream(() => given<WriteStream>()));
  const promised = await raii(stream(async () => given<ReadStream>()));
  const streamed = stream(given<Readable>());
  return given<
    [
      Assert<Equal<typeof port, number>>,
      Assert<Equal<typeof address, string>>,
      Assert<Equal<typeof server, HttpServer>>,
      Assert<Equal<typeof unix, ListeningAtPath<Server>>>,
      Assert<Equal<typeof connection, Socket>>,
      Assert<Equal<typeof secure, TLSSocket>>,
      Assert<Equal<typeof thread, Worker>>,
      Assert<Equal<typeof lines, Interface>>,
      Assert<Equal<typeof duplex, Transform>>,
      Assert<Equal<typeof made, WriteStream>>,
      Assert<Equal<typeof promised, ReadStream>>,
      Assert<Equal<typeof streamed, AsyncResource<Readable>>>,
      Assert<Equal<ReturnType<typeof listening<Http2Server>>, AsyncResource<Listening<Http2Server>>>>,
    ]
  >();
}

export async function processes() {
  const child = await raii(childProcess("ls"));
  const { stdin, stdout } = await raii(childProcess("ls", ["-l"], { cwd: "/", grace: 10, check: true }));
  const quiet = await raii(childProcess("ls", [], { stdio: ["ignore", "pipe", "inherit"], group: true }));
  const inherited = await raii(childProcess("ls", [], { stdio: "inherit" }));
  const ended = await child.exited;
  return given<
    [
      Assert<Equal<typeof child, RunningProcess<ChildProcessWithoutNullStreams>>>,
      Assert<Equal<typeof stdin, Writable>>,
      Assert<Equal<typeof stdout, Readable>>,
      Assert<Equal<typeof quiet.stdin, null>>,
      Assert<Equal<typeof quiet.stdout, Readable>>,
      Assert<Equal<typeof quiet.stderr, null>>,
      Assert<Equal<typeof inherited, RunningProcess<ChildProcess>>>,
      Assert<Equal<typeof ended, Ended>>,
    ]
  >();
}

export function listeners() {
  const typed = given<EventEmitter<{ moved: [x: number, y: string]; done: [] }>>();
  class Own extends EventEmitter {}
  return [
    listener(given<Server>(), "connection", (each) => given<Assert<Equal<typeof each, Socket>>>()),
    listener(given<HttpServer>(), "request", (request, response) =>
      given<
        [
          Assert<Equal<typeof request, IncomingMessage>>,
          Assert<Equal<typeof response, ServerResponse & { req: IncomingMessage }>>,
        ]
      >(),
    ),
    listener(given<ChildProcess>(), "exit", (code, signal) =>
      given<
        [Assert<Equal<typeof code, number | null>>, Assert<Equal<typeof signal, NodeJS.Signals | null>>]
      >(),
    ),
    listener(given<Interface>(), "line", (line) => given<Assert<Equal<typeof line, string>>>()),
    listener(given<Http2Server>(), "session", (each) =>
      given<Assert<Equal<typeof each, ServerHttp2Session>>>(),
    ),
    listener(given<MessagePort>(), "message", (value) => given<Assert<Equal<typeof value, any>>>()),
    listener(process, "exit", (code) => given<Assert<Equal<typeof code, number>>>()),
    listener(process, "SIGHUP", (signal) => given<Assert<Equal<typeof signal, NodeJS.Signals>>>()),
    listener(typed, "moved", (x, y) =>
      given<[Assert<Equal<typeof x, number>>, Assert<Equal<typeof y, string>>]>(),
    ),
    listener(typed, "done", () => {}, { once: true }),
    listener(given<Readable>(), given<"end" | "close">(), () => {}),
    listener(given<Readable>(), "of its own", (...args) => given<Assert<Equal<typeof args, any[]>>>()),
    listener(new Own(), Symbol("e"), (value) => given<Assert<Equal<typeof value, any>>>()),
    listener(given<AbortSignal>(), "abort", (event) => given<Assert<Equal<typeof event, Event>>>()),
    listener(given<EventTarget>(), "e", () => {}, { capture: true }),
  ] satisfies Resource<void>[];
}

export function programs() {
  return [
    main(() => {}),
    main(async (signal) => given<Assert<Equal<typeof signal, AbortSignal>>>(), {
      signals: ["SIGHUP"],
      grace: 0,
    }),
  ] satisfies Promise<void>[];
}

export async function refused() {
  // @ts-expect-error -- a delay is needed
  timer(() => {});
  // @ts-expect-error -- a number of milliseconds
  interval(() => {}, "1s");
  // @ts-expect-error -- the resource is not the handle
  timer(() => {}, 1).unref();
  // @ts-expect-error -- without `await` it is not there yet
  raii(socket({ port: 1 })).write("");
  // @ts-expect-error -- nor is this
  raii(listening(given<Server>())).port;
  // @ts-expect-error -- a path gives a path, and no port
  (await raii(listening(given<Server>(), { path: "/run/app" }))).port;
  // @ts-expect-error -- a connection to nowhere
  socket({ connectTimeout: 1 });
  // @ts-expect-error -- no server
  listening(given<Socket>());
  // @ts-expect-error -- no stream
  stream("a.txt");
  // @ts-expect-error -- a stream of the web is none of Node
  stream(given<ReadableStream>());
  // @ts-expect-error -- arguments are a list
  childProcess("ls", "-l");
  // @ts-expect-error -- the input is not piped
  (await raii(childProcess("ls", [], { stdio: ["ignore", "pipe", "pipe"] }))).stdin.write("");
  // @ts-expect-error -- it cannot be caught
  signals("SIGKILL");
  // @ts-expect-error -- nor this
  main(() => {}, { signals: ["SIGSTOP"] });
  // @ts-expect-error -- no signal
  signals("sigint");
  // @ts-expect-error -- opening a file takes time
  raii(readline("a.txt")).close();
  // @ts-expect-error -- not what a connection is told by
  listener(given<Server>(), "connection", (name: string) => name);
  // @ts-expect-error -- not what the event brings
  listener(process, "exit", (code: string) => code);
  // @ts-expect-error -- no event of it
  listener(given<EventEmitter<{ moved: [] }>>(), "moved away", () => {});
  // @ts-expect-error -- more than the event brings
  listener(given<EventEmitter<{ moved: [] }>>(), "moved", (x: number) => x);
  // @ts-expect-error -- nothing to listen to
  listener({}, "e", () => {});
}
