import type { CancelledExit } from "./exit.js";
import { onePerProcess } from "./one-per-process.js";

/**
 * What the core asks of the cancel scope that is the innermost where code runs now: `stepping.context`. It is there while an
 * activation steps that meets a cancel scope, and only then. So what meets none pays for one look at it.
 */
export interface Context {
  readonly activation: Activation;
  /** Whether the next `await` here throws. */
  readonly isCancelled: boolean;
  /** Begins one more activation here, and enters it. */
  begin(): Activation;
  /**
   * Begins to acquire or to release, and enters a mask: no cancellation reaches what that calls.
   * @throws the reason, where something is to be acquired in a scope that is cancelled already.
   */
  mask(phase: "acquire" | "release", subject: object): Mask;
  /** @returns the exit of what ends with `error`, if that is how the cancellation here ends it. */
  exitBy(error: unknown): CancelledBy | undefined;
}

/**
 * What is stepping, if it meets a cancel scope. An object of its own: as long as nothing has ever met one, the engine takes its
 * field for a constant.
 */
export const stepping = /* @__PURE__ */ onePerProcess("stepping", {
  context: undefined as Context | undefined,
});

/** One call of an async function that meets a cancel scope. */
export interface Activation {
  /** Called when what is awaited next is abandoned. */
  ifAbandoned: (() => void) | undefined;
  /** Leaves it to wait for `value`. @returns what is to be awaited: it gives nothing, and is never rejected. */
  suspend(value: unknown): Promise<void>;
  /** As `suspend`. @returns what is to be awaited at once, in its place: where that goes on, it is entered again. */
  await(value: unknown): Promise<unknown>;
  /**
   * As `await`, of a generator at a yield: where `goesOn` says no of what the awaited gives, it stops there.
   */
  pause(value: unknown, goesOn: (given: unknown) => boolean): Promise<unknown>;
  /**
   * Enters a generator that has stopped at a yield.
   * @param at where it is called now.
   * @param isAsked by `next()`. An engine closes it a tick after `return()` was called: so it belongs to who has asked it last.
   */
  goOnAt(at: Context | undefined, isAsked: boolean): void;
  /** Enters it again. @returns what the awaited gave. @throws what it was rejected with, or why the scope was cancelled. */
  resume(): unknown;
  /** Leaves it for good. */
  end(): void;
}

/** In force while one resource is acquired or released. */
export interface Mask {
  /** Ends it, where nothing is awaited. */
  leave(): void;
  /** As that of an activation. */
  suspend(value: unknown): Promise<void>;
  /** As that of an activation, and ends the mask. */
  resume(): unknown;
}

/** The exit that a release is told of in a cancelled scope. What it throws anew is combined with `error`. */
export interface CancelledBy extends CancelledExit {
  error: unknown;
  state: "open" | "suppressed" | "over";
}

/**
 * The key of the method by which an acquisition opens a cancel scope. Only async functions call it. Its resource has the key,
 * too: it is acquired in a scope that is cancelled as well, or nothing could be shielded there.
 */
export const openKey: symbol = /* @__PURE__ */ Symbol.for("ts-raii.open");

/** Opens the cancel scope that was acquired, if it is one. @param holder what holds it. */
export function openIfScope(acquisition: unknown, holder: object): void {
  const open = (acquisition as Record<symbol, unknown>)[openKey];
  if (typeof open === "function") open.call(acquisition, holder);
}
