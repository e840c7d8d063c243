/** What Node and browsers have; the core is compiled without the types of either. */
interface Controller {
  readonly signal: Signal;
  abort(reason: unknown): void;
}

/** An `AbortSignal`, as far as it is used here. Types of platforms fit. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: any;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

type Platform = { AbortController: new () => Controller };

/** Makes the controller of a signal. Looked up by each call, as the timers are. */
export function createController(): Controller {
  return new (globalThis as unknown as Platform).AbortController();
}

export type { Controller };
