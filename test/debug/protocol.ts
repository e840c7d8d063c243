import WebSocket from "ws";

/** A connection to an inspector: Node's or Chromium's. Both speak the Chrome DevTools Protocol. */
export class Protocol {
  private last = 0;
  private readonly pending = new Map<number, (answer: Answer) => void>();
  private readonly listeners = new Set<(event: ProtocolEvent) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as Answer & ProtocolEvent;
      if (message.id === undefined) for (const listener of this.listeners) listener(message);
      else {
        this.pending.get(message.id)?.(message);
        this.pending.delete(message.id);
      }
    });
    socket.on("close", () => {
      for (const settle of this.pending.values()) settle({ error: { message: "the inspector has gone" } });
    });
  }

  static async connect(url: string): Promise<Protocol> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Protocol(socket);
  }

  /** @throws what the inspector answers, if that is an error. */
  async send(method: string, params: object = {}): Promise<any> {
    const id = ++this.last;
    const answer = await new Promise<Answer>((resolve) => {
      this.pending.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  listen(listener: (event: ProtocolEvent) => void): void {
    this.listeners.add(listener);
  }

  close(): void {
    this.socket.terminate();
  }
}

interface Answer {
  readonly id?: number;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

interface ProtocolEvent {
  readonly method: string;
  readonly params: any;
}
