import { connect, type NetConnectOpts, type Socket } from "node:net";
import { connect as connectSecurely, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { AsyncResource } from "../../core/resource.js";
import { endStream, watchWrites } from "../common/end-stream.js";
import { checkDelay, checkGrace } from "../common/milliseconds.js";
import { releasedOnceAsync } from "../common/released-once.js";
import { UnheardErrors } from "../common/unheard-errors.js";
import { checkSocketPath } from "./socket-path.js";

/** What {@link socket} takes: the options of `net.connect`, and these. */
export type SocketOptions = NetConnectOpts & {
  /** After how many milliseconds an attempt to connect is given up. By default when the system does so. */
  readonly connectTimeout?: number;
  /** How many milliseconds an orderly end may take; 5000. */
  readonly grace?: number;
  /** Speaks TLS: `true`, or the options of `tls.connect`. */
  readonly tls?: boolean | ConnectionOptions;
};

/**
 * A connection, over TCP, a Unix socket or TLS, that ends with its scope.
 *
 * - When the scope succeeds, what was written is flushed, then the connection is ended (FIN), and the other side's end
 *   is awaited: what it still sends is dropped, if nobody reads it. After `grace` the connection is destroyed. What was
 *   written when the other side had closed already is lost, and the release throws that error (`EPIPE`), unless a callback
 *   of the write was told it. Whether the other side has read what was sent, only its answer can tell.
 * - When the scope fails, it is destroyed with the error; when it is cancelled, destroyed.
 *
 * An error of the connection that nobody listens for does not end the process: the release throws it.
 *
 * @param options those of `net.connect`; `connectTimeout`, `grace`, and `tls`: `true`, or the options of `tls.connect`.
 * @returns an asynchronous resource whose handle is the connected socket, a `TLSSocket` where `tls` is given.
 * @throws {RangeError} at the call, when `connectTimeout` or `grace` is NaN, negative or more than 2147483647.
 * @throws at the acquisition, what the connection fails with (`ECONNREFUSED`, `ENOTFOUND`, a certificate's error, …), or
 *   `ETIMEDOUT` after `connectTimeout`: nothing of it is then left. At the release, an error that nobody has heard, and an
 *   Error when what was written was not flushed in time.
 * @example
 * const connection = await raii(socket({ host: "localhost", port: 6379, connectTimeout: 1000 }));
 * connection.write("PING\r\n");
 * const [reply] = await once(connection, "data");
 * @see https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
 */
export function socket(options: SocketOptions & { tls: true | ConnectionOptions }): AsyncResource<TLSSocket>;
export function socket(options: SocketOptions): AsyncResource<Socket>;
export function socket(options: SocketOptions): AsyncResource<Socket> {
  const { connectTimeout, grace: givenGrace, tls, ...rest } = options;
  const grace = checkGrace("socket", givenGrace);
  if (connectTimeout !== undefined) checkDelay("socket(): connectTimeout", connectTimeout);
  const name = `socket ${addressOf(rest as NetConnectOpts)}`;

  return releasedOnceAsync(name, async () => {
    if ("path" in rest && rest.path !== undefined) checkSocketPath("socket", rest.path);
    const handle = tls
      ? connectSecurely({ ...rest, ...(tls === true ? {} : tls) } as ConnectionOptions)
      : connect(rest as NetConnectOpts);
    const errors = new UnheardErrors(handle); // remains on what failed, as more errors may come
    try {
      await connected(handle, tls ? "secureConnect" : "connect", name, connectTimeout);
    } catch (error) {
      handle.destroy();
      throw error;
    }
    const writes = watchWrites(handle);
    return {
      handle,
      release: (exit) => endStream(handle, exit, { name, errors, writes, grace, bounds: "everything" }),
    };
  });
}

function connected(
  handle: Socket,
  event: "connect" | "secureConnect",
  name: string,
  timeout: number | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => (): void => {
      clearTimeout(timer);
      handle.removeListener(event, succeed).removeListener("error", fail).removeListener("close", close);
      outcome();
    };
    const succeed = settle(resolve);
    const close = settle(() => reject(failure(name, "was closed before it had connected", "ECONNRESET")));
    const late = settle(() => reject(failure(name, `did not connect within ${timeout} ms`, "ETIMEDOUT")));
    const fail = (error: Error): void => settle(() => reject(withMessage(error, name)))();
    handle.once(event, succeed).once("error", fail).once("close", close);
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  });
}

function failure(name: string, what: string, code: string, cause?: unknown): Error {
  const error = new Error(`ts-raii: ${name} ${what}`, cause === undefined ? {} : { cause });
  return Object.assign(error, { code });
}

/** Where a host has several addresses, Node's error is an AggregateError that says nothing. */
function withMessage(error: Error, name: string): Error {
  const { errors } = error as Partial<AggregateError>;
  if (error.message !== "" || !Array.isArray(errors)) return error;
  const each = errors.map((one: Error) => one.message).join("; ");
  return failure(name, `cannot connect: ${each}`, (error as NodeJS.ErrnoException).code ?? "", error);
}

function addressOf(options: NetConnectOpts): string {
  if ("path" in options && options.path !== undefined) return options.path;
  const { host = "localhost", port } = options as { host?: string; port: number };
  return `${host}:${port}`;
}
