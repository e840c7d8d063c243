import type { EventEmitter } from "node:events";
import { onePerProcess } from "../../core/one-per-process.js";

/** The listeners of this class, told apart from those of people. */
const ours = /* @__PURE__ */ onePerProcess("unheard", /* @__PURE__ */ new WeakSet<Function>());

/**
 * Listens for the `error` event of an emitter that is held, so that one nobody else listens for does not end the
 * process before anything is released: who listens next is told it, and else the release throws it. An error that
 * somebody listens for (`pipeline`, `once`, `for await` and a listener of the user's own do) is theirs.
 */
export class UnheardErrors {
  private unheard: { readonly error: unknown } | undefined;
  private isTaken = false;

  /** @param onUnheard is told of one that nobody has begun to listen for in the turn of the event loop it came in. */
  constructor(
    private readonly emitter: EventEmitter,
    private readonly onUnheard?: (error: unknown) => void,
  ) {
    ours.add(this.hear);
    this.listen();
  }

  /** Listens; again, after everything that listens was removed. */
  listen(): void {
    this.emitter.prependListener("error", this.hear);
    this.emitter.on("newListener", this.tell);
  }

  private readonly hear = (error: unknown): void => {
    if (this.isTaken) return;
    if (this.isHeard()) {
      if (this.unheard && Object.is(this.unheard.error, error)) this.unheard = undefined;
      return;
    }
    this.unheard ??= { error };
    setImmediate(() => this.unheard && !this.isTaken && this.onUnheard?.(this.unheard.error));
  };

  /** Tells it who begins to listen, and would else wait for what does not come any more. */
  private readonly tell = (event: string | symbol, listener: Function): void => {
    if (event !== "error" || this.unheard === undefined || ours.has(listener)) return;
    process.nextTick(() => {
      const { unheard } = this;
      if (unheard === undefined || this.isTaken || !this.isHeard()) return;
      this.emitter.emit("error", unheard.error);
    });
  };

  private isHeard(): boolean {
    return this.emitter.listeners("error").some((each) => !ours.has(each));
  }

  /** The error that nobody has heard, if there is one; those that come after it are dropped. */
  take(): { readonly error: unknown } | undefined {
    this.isTaken = true;
    return this.unheard;
  }

  /**
   * Throws the error that nobody has heard, if there is one.
   * @param known an error that the release has caused itself.
   */
  rethrow(known?: { readonly error: unknown }): void {
    const unheard = this.take();
    if (unheard !== undefined && !(known && Object.is(known.error, unheard.error))) throw unheard.error;
  }

  /** Ends listening. Only for an emitter that emits no more: the error of another would end the process. */
  stop(): void {
    this.emitter.removeListener("error", this.hear);
    this.emitter.removeListener("newListener", this.tell);
  }
}
