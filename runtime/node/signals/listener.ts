import type { Resource } from "../../core/resource.js";
import { releasedOnce } from "../common/released-once.js";
import type { Emitter, EventOf, ListenerOf } from "./emitter-types.js";

/** Options of {@link listener}. */
export interface ListenerOptions {
  /** Listens for the first event only. */
  readonly once?: boolean;
}

/** Options of {@link listener} on an EventTarget. */
export interface TargetListenerOptions extends ListenerOptions {
  /** Where the target has a tree: listens on the way down. */
  readonly capture?: boolean;
}

/**
 * Listens for an event until its scope ends. It is a listener of its own: what else listens, the same function too, is
 * left alone.
 *
 * @param target an EventEmitter, or whatever has its `on` and `off`; or an EventTarget, such as an AbortSignal.
 * @param event the event. Those that Node's types know are typed, and so is what the listener is given.
 * @param fn called with what the event brings, and the target as `this`.
 * @param options `once`; for an EventTarget also `capture`.
 * @returns a resource with nothing for a handle.
 * @throws {TypeError} at the call, when `fn` is no function, or `target` nothing to listen to.
 * @example
 * raii(listener(process, "SIGHUP", () => reload()));
 * raii(listener(server, "connection", (socket) => console.log(socket.remoteAddress)));
 * @see https://nodejs.org/api/events.html#emitteroneventname-listener
 */
export function listener<E extends Emitter, K extends EventOf<E>>(
  target: E,
  event: K,
  fn: ListenerOf<E, K>,
  options?: ListenerOptions,
): Resource<void>;
export function listener<T extends EventTarget>(
  target: T,
  event: string,
  fn: (this: T, event: Event) => void,
  options?: TargetListenerOptions,
): Resource<void>;
export function listener(
  target: Emitter | EventTarget,
  event: any,
  fn: (...args: any[]) => void,
  options: TargetListenerOptions = {},
): Resource<void> {
  if (typeof fn !== "function") throw new TypeError("ts-raii: listener(target, event, fn) takes a function");
  const subscribe = isEmitter(target) ? onEmitter : isTarget(target) ? onTarget : undefined;
  if (subscribe === undefined) {
    throw new TypeError("ts-raii: listener(target, event, fn) takes an EventEmitter or an EventTarget");
  }

  return releasedOnce("listener", () => {
    const own = Object.assign(
      function (this: unknown, ...args: unknown[]) {
        if (options.once) release();
        return fn.apply(this, args);
      },
      { listener: fn }, // as `once` of an emitter does, so that people can still remove it by the function they gave
    );
    const release = subscribe(target as Emitter & EventTarget, event, own, options);
    return { handle: undefined, release };
  });
}

function onEmitter(emitter: Emitter, event: string, own: () => void): () => void {
  emitter.on(event, own);
  return () => void emitter.off(event, own);
}

function onTarget(
  target: EventTarget,
  event: string,
  own: () => void,
  options: TargetListenerOptions,
): () => void {
  target.addEventListener(event, own, options);
  return () => target.removeEventListener(event, own, options);
}

function isEmitter(target: Emitter | EventTarget): target is Emitter {
  const { on, off } = Object(target) as Partial<Emitter>;
  return typeof on === "function" && typeof off === "function";
}

function isTarget(target: Emitter | EventTarget): target is EventTarget {
  return typeof (Object(target) as Partial<EventTarget>).addEventListener === "function";
}
