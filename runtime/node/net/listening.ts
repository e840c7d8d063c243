import { rmSync } from "node:fs";
import type { AddressInfo, ListenOptions, Server } from "node:net";
import { succeeded } from "../../core/exit.js";
import { type AsyncResource, Resource } from "../../core/resource.js";
import { combineErrors } from "../../core/suppressed-error.js";
import { codeOf } from "../common/file-error.js";
import { checkGrace } from "../common/milliseconds.js";
import { ownSignal } from "../common/on-abort.js";
import { releasedOnceAsync } from "../common/released-once.js";
import { within } from "../common/settles-within.js";
import { UnheardErrors } from "../common/unheard-errors.js";
import { lockFileAsync } from "../locks/lock-file.js";
import { boundSocket } from "./bound-socket.js";
import { isDeadSocket } from "./dead-socket.js";
import { isHttp1, OpenConnections } from "./open-connections.js";
import { checkSocketPath } from "./socket-path.js";

/** What {@link listening} takes: the options of `server.listen`, and this. */
export interface ListeningOptions extends ListenOptions {
  /** How many milliseconds open connections are given to come to their end; 5000. */
  readonly grace?: number;
}

/** A server that listens on a port, and where. */
export interface Listening<S extends Server> extends AddressInfo {
  readonly server: S;
}

/** A server that listens on a Unix socket or a named pipe. */
export interface ListeningAtPath<S extends Server> {
  readonly server: S;
  /**
   * Where it listens; nobody answers there when the scope has ended.
   *
   * @scoped
   */
  readonly path: string;
}

/**
 * A server that listens while its scope lasts: of `node:net`, `tls`, `http`, `https` or `http2`.
 *
 * Its release stops accepting, closes the connections that are idle, and awaits the others: an answer that is under way
 * is sent to its end. After `grace` what is still open is destroyed, upgraded connections (WebSockets) too. (Node's own
 * `server.close()` cuts off an answer that has been given and is not yet sent, and waits for ever for an upgraded
 * connection.)
 *
 * The Unix socket (`path`) of a server that was killed is taken over: where nobody answers at it any more, it is removed.
 * One that a server listens at is `EADDRINUSE`, as is a file that is no socket. The release removes the socket, also when
 * the current folder has changed since.
 *
 * @param server not yet listening. It can be acquired again when its scope has ended.
 * @param options those of `server.listen`, any free port by default; `grace`.
 * @returns an asynchronous resource whose handle says where it listens: `{ port, address, family, server }`, or with a
 *   `path` `{ path, server }`.
 * @throws {RangeError} at the call, when `grace` is NaN, negative or more than 2147483647, and not Infinity.
 * @throws at the acquisition, what listening fails with (`EADDRINUSE`, `EACCES`, `ERR_SERVER_ALREADY_LISTEN`, …).
 * @throws at the release, an error of the server that nobody has listened for, and an Error that names the socket where it
 *   cannot be removed. That the body has closed the server itself is fine.
 * @example
 * const { port } = await raii(listening(createServer(handler), { port: 0, host: "127.0.0.1" }));
 * const response = await fetch(`http://127.0.0.1:${port}/`);
 * @see https://nodejs.org/api/net.html#serverlistenoptions-callback
 */
export function listening<S extends Server>(
  server: S,
  options: ListeningOptions & { path: string },
): AsyncResource<ListeningAtPath<S>>;
export function listening<S extends Server>(
  server: S,
  options?: ListeningOptions,
): AsyncResource<Listening<S>>;
export function listening<S extends Server>(
  server: S,
  options: ListeningOptions = {},
): AsyncResource<Listening<S> | ListeningAtPath<S>> {
  const { grace: givenGrace, ...listen } = options;
  const grace = checkGrace("listening", givenGrace);
  const name = `listening ${listen.path ?? `${listen.host ?? "*"}:${listen.port ?? 0}`}`;
  return releasedOnceAsync(name, async () => {
    if (listen.path !== undefined) checkSocketPath("listening", listen.path);
    const connections = new OpenConnections(server);
    const errors = new UnheardErrors(server);
    const own = ownSignal(listen.signal);
    try {
      await listenAnew(server, { ...listen, signal: own.signal });
    } catch (error) {
      own.stop();
      connections.stop();
      errors.stop();
      throw error;
    }
    const removeSocket = listen.path === undefined ? undefined : boundSocket(listen.path);
    const closed = new Promise<void>((resolve) => server.once("close", resolve));
    const address = server.address();
    const handle = typeof address === "string" ? { path: address, server } : { ...address!, server };
    return {
      handle,
      async release() {
        own.stop();
        await close(server, connections, closed, grace);
        errors.stop();
        const unheard = errors.take();
        try {
          removeSocket?.();
        } catch (error) {
          throw unheard ? combineErrors(error, unheard.error, { name }) : error;
        }
        if (unheard) throw unheard.error;
      },
    };
  });
}

/** Listens, also at the path of a Unix socket that a killed server has left. */
async function listenAnew(server: Server, options: ListenOptions): Promise<void> {
  try {
    return await isListening(server, options);
  } catch (error) {
    const { path } = options;
    if (path === undefined || codeOf(error) !== "EADDRINUSE" || !(await isDeadSocket(path))) throw error;
    // Of two who find it dead, the slower one must not remove the socket of the faster one.
    const lock = await lockFileAsync(`${path}.lock`, { wait: Infinity, signal: options.signal })[
      Resource.acquire
    ]();
    try {
      if (!(await isDeadSocket(path))) throw error;
      rmSync(path, { force: true });
      return await isListening(server, options);
    } finally {
      try {
        lock.release(succeeded);
      } catch (error) {
        server.close(); // the acquisition fails, so nobody else would
        throw error;
      }
    }
  }
}

function isListening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      server
        .removeListener("listening", succeed)
        .removeListener("error", fail)
        .removeListener("close", close);
    };
    const succeed = (): void => (settle(), resolve());
    const fail = (error: unknown): void => (settle(), reject(error));
    const close = (): void =>
      fail(options.signal?.reason ?? new Error("ts-raii: closed before it was listening"));
    server.on("listening", succeed).on("error", fail).on("close", close);
    try {
      server.listen(options.path === undefined ? { port: 0, ...options } : options);
    } catch (error) {
      fail(error);
    }
  });
}

async function close(server: Server, connections: OpenConnections, closed: Promise<unknown>, grace: number) {
  if (server.listening) stopListening(server);
  connections.end();
  if (!(await within(closed, grace))) {
    connections.destroy();
    if (!(await within(closed, Math.max(grace, 1000)))) {
      throw new Error("ts-raii: the server has not closed, although all its connections are destroyed");
    }
  }
  connections.stop();
}

function stopListening(server: Server): void {
  if (!isHttp1(server)) return void server.close();
  // Its `close` would destroy the connections whose answer is given and not yet sent.
  const { closeIdleConnections } = server;
  server.closeIdleConnections = () => {};
  try {
    server.close();
  } finally {
    server.closeIdleConnections = closeIdleConnections;
  }
}
