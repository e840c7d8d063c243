import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type ts from "typescript";

interface Response {
  readonly type: "response" | "event";
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

/** A place as the protocol says it: both count from 1. */
export type Location = ts.server.protocol.Location;

/** A client of a real tsserver process. */
export class TsServer {
  #process: ChildProcessByStdio<Writable, Readable, null>;
  #pending = new Map<number, (response: Response) => void>();
  #received = Buffer.alloc(0);
  #seq = 0;
  #exited: Promise<number | null>;
  readonly logFile: string;

  /** @param home the folder with node_modules; the plugin is found beside the server's own TypeScript. */
  constructor(home: string, logName = "tsserver.log") {
    this.logFile = join(home, logName);
    const server = join(home, "node_modules/typescript/lib/tsserver.js");
    const flags = ["--suppressDiagnosticEvents", "--disableAutomaticTypingAcquisition"];
    this.#process = spawn(
      process.execPath,
      [server, ...flags, "--logFile", this.logFile, "--logVerbosity", "terse"],
      { cwd: home, stdio: ["pipe", "pipe", "inherit"] },
    );
    this.#process.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#exited = new Promise((resolve) => this.#process.on("exit", resolve));
    void this.#exited.then((code) => {
      for (const answer of this.#pending.values())
        answer({ type: "response", success: false, message: `tsserver has exited with ${code}` });
    });
  }

  /** Sends a request. @returns its body; `undefined` where the server has nothing to say. */
  async request<T = unknown>(command: string, args: object): Promise<T> {
    const { success, message, body } = await this.#send(command, args);
    if (success === false && message !== "No content available.")
      throw new Error(`${command} failed: ${message}`);
    return body as T;
  }

  /** Sends what is not answered. */
  notify(command: string, args: object): void {
    this.#process.stdin.write(
      `${JSON.stringify({ seq: ++this.#seq, type: "request", command, arguments: args })}\n`,
    );
  }

  /** Opens a file, or gives one that is open another text. */
  open(file: string, fileContent = readFileSync(file, "utf8")): void {
    this.notify("open", { file, fileContent });
  }

  /** Everything that is said of an open file, with errors, warnings and suggestions in the order of the text. */
  async diagnostics(file: string): Promise<ts.server.protocol.Diagnostic[]> {
    type Diagnostics = ts.server.protocol.Diagnostic[];
    const semantic = await this.request<Diagnostics>("semanticDiagnosticsSync", { file });
    const suggestions = await this.request<Diagnostics>("suggestionDiagnosticsSync", { file });
    const { start } = { start: (each: ts.server.protocol.Diagnostic) => each.start };
    return [...semantic, ...suggestions].sort(
      (a, b) => start(a).line - start(b).line || start(a).offset - start(b).offset,
    );
  }

  /** The diagnostics that are ours. */
  async findings(file: string): Promise<ts.server.protocol.Diagnostic[]> {
    return (await this.diagnostics(file)).filter(({ source }) => source === "ts-raii");
  }

  /** What the server has written to its log. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    this.notify("exit", {});
    await this.#exited;
  }

  #send(command: string, args: object): Promise<Response> {
    return new Promise((resolve) => {
      this.#pending.set(this.#seq + 1, resolve);
      this.notify(command, args);
    });
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headerEnd = this.#received.indexOf("\r\n\r\n");
      const length = /Content-Length: (\d+)/.exec(
        this.#received.subarray(0, Math.max(headerEnd, 0)).toString(),
      )?.[1];
      if (headerEnd < 0 || length === undefined) return;
      const end = headerEnd + 4 + Number(length);
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(headerEnd + 4, end).toString()) as Response;
      this.#received = this.#received.subarray(end);
      if (message.type !== "response" || message.request_seq === undefined) continue;
      this.#pending.get(message.request_seq)?.(message);
      this.#pending.delete(message.request_seq);
    }
  }
}
