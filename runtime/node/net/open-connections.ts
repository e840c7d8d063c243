import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { ServerHttp2Session } from "node:http2";
import type { Server, Socket } from "node:net";

/** The events by which a server tells of connections, and what notes them. */
type Listeners = readonly (readonly [event: string, listener: (...args: any[]) => void])[];

/** The connections of a server, and how to bring them to their end. To be made before it listens. */
export class OpenConnections {
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  /** What HTTP/1 is about to answer. */
  private readonly responses = new Set<ServerResponse>();
  private isEnding = false;
  private readonly listeners: Listeners;

  constructor(private readonly server: Server) {
    const noteSocket = (socket: Socket): void => this.note(this.sockets, socket);
    this.listeners = [
      ["connection", noteSocket],
      ["secureConnection", noteSocket],
      ["session", (session: ServerHttp2Session) => this.note(this.sessions, session)],
      ...(isHttp1(server) ? ([["request", this.noteRequest]] as const) : []),
    ];
    for (const [event, listener] of this.listeners) server.prependListener(event, listener);
  }

  /** No longer notes what is opened. */
  stop(): void {
    for (const [event, listener] of this.listeners) this.server.removeListener(event, listener);
  }

  /** Ends what is idle, and the rest when it has got its answer. Of plain connections it cannot know, and leaves them. */
  end(): void {
    this.isEnding = true;
    for (const session of this.sessions) session.close();
    for (const response of this.responses) response.shouldKeepAlive = false;
    if (!isHttp1(this.server)) return;
    // To Node a connection is not idle before its first request; browsers open such ones in advance.
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
    this.endIdle();
  }

  /** Ends everything at once. */
  destroy(): void {
    for (const session of this.sessions) session.destroy();
    for (const socket of [...this.sockets].reverse()) socket.destroy();
  }

  private note<T extends Socket | ServerHttp2Session>(all: Set<T>, opened: T): void {
    all.add(opened);
    opened.once("close", () => all.delete(opened));
  }

  private readonly noteRequest = (_: IncomingMessage, response: ServerResponse): void => {
    if (this.isEnding) response.shouldKeepAlive = false;
    this.responses.add(response);
    response.once("close", () => {
      this.responses.delete(response);
      if (this.isEnding) this.endIdle();
    });
  };

  /** Node takes a connection for idle as soon as its answer is given, and cuts off what is not yet sent. */
  private endIdle(): void {
    const { server } = this;
    const isSending = [...this.responses].some((response) => response.writableEnded);
    if (!isSending && isHttp1(server)) server.closeIdleConnections();
  }
}

/** `http` and `https`. What `http2` has for HTTP/1 it does by itself. */
export function isHttp1(server: Server): server is HttpServer {
  return "closeIdleConnections" in server && !("updateSettings" in server);
}
