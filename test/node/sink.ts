import { Writable } from "node:stream";

/** A writable that notes what reaches it, some turns of the event loop later, and can fail at the n-th. */
export class Sink extends Writable {
  readonly got: string[] = [];
  constructor(private readonly failsAt = Infinity) {
    super({ highWaterMark: 2 });
  }
  override _write(chunk: Buffer, _: string, done: (error?: Error) => void): void {
    setImmediate(() => {
      this.got.push(String(chunk));
      done(this.got.length >= this.failsAt ? new Error(`full at ${this.got.length}`) : undefined);
    });
  }
  override _final(done: () => void): void {
    setImmediate(() => {
      this.got.push("end");
      done();
    });
  }
}
