import type { EventEmitter } from "node:events";

/** The listeners of this class, told apart from those of people. */
const ours = /* @__PURE__ */ new WeakSet<Function>();

/**
 * Listens for the `error` event of an emitter that is held, so that one nobody else listens for does not end the
 * process before anything is released: the release throws it. An error that somebody listens for (`pipeline`,
 * `once`, `for await` and a listener of the user's own do) is theirs.
 */
export class UnheardErrors {
  private unheard: { readonly error: unknown } | undefined;
  private isTaken = false;

  /** @param onUnheard is told of the first one when it comes. */
  constructor(
    private readonly emitter: EventEmitter,
    private readonly onUnheard?: (error: unknown) => void,
  ) {
    ours.add(this.hear);
    emitter.prependListener("error", this.hear);
  }

  private readonly hear = (error: unknown): void => {
    if (
      this.isTaken ||
      this.unheard !== undefined ||
      !this.emitter.listeners("error").every((each) => ours.has(each))
    )
      return;
    this.unheard = { error };
    this.onUnheard?.(error);
  };

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
  }
}
