import type { EventEmitter } from "node:events";

/** Whatever has the `on` and `off` of an EventEmitter. */
export interface Emitter {
  on(event: any, listener: AnyListener): unknown;
  off(event: any, listener: AnyListener): unknown;
}

type AnyListener = (...args: any[]) => void;

/** The events of an emitter: those of its type's map, or those that its type knows among others. */
export type EventOf<E extends Emitter> = [MapOf<E>] extends [never]
  ? Known<Overloads<E["on"]>>[0] | (string & {}) | symbol
  : keyof MapOf<E>;

/** What listens for the event `K`. */
export type ListenerOf<E extends Emitter, K> = [MapOf<E>] extends [never]
  ? Of<Known<Overloads<E["on"]>>, K>
  : K extends keyof MapOf<E>
    ? MapOf<E>[K] extends infer Args extends any[]
      ? (...args: Args) => void
      : never
    : never;

/** The `M` of an `EventEmitter<M>`; `never` for one that says nothing of its events. */
type MapOf<E> =
  E extends EventEmitter<infer M>
    ? 0 extends 1 & M
      ? never
      : M extends readonly unknown[]
        ? never
        : string extends keyof M
          ? never
          : [keyof M] extends [never]
            ? never
            : M
    : never;

type Of<P extends [unknown, unknown], K> = [ByEvent<P, K>] extends [never] ? AnyListener : ByEvent<P, K>;
type ByEvent<P, K> = P extends [infer E, infer L] ? (K extends E ? L : never) : never;

/** The overloads for certain events, without those for any event. */
type Known<P> = P extends [infer E extends string | symbol, infer L extends AnyListener]
  ? string extends E
    ? never
    : IsUnion<Parameters<L>> extends true
      ? never
      : [E, L]
  : never;

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/** The overloads of `on`, as pairs of an event and its listener. Node's classes have up to twenty of them. */
type Overloads<F> = F extends {
  (event: infer E0, listener: infer L0): unknown;
  (event: infer E1, listener: infer L1): unknown;
  (event: infer E2, listener: infer L2): unknown;
  (event: infer E3, listener: infer L3): unknown;
  (event: infer E4, listener: infer L4): unknown;
  (event: infer E5, listener: infer L5): unknown;
  (event: infer E6, listener: infer L6): unknown;
  (event: infer E7, listener: infer L7): unknown;
  (event: infer E8, listener: infer L8): unknown;
  (event: infer E9, listener: infer L9): unknown;
  (event: infer E10, listener: infer L10): unknown;
  (event: infer E11, listener: infer L11): unknown;
  (event: infer E12, listener: infer L12): unknown;
  (event: infer E13, listener: infer L13): unknown;
  (event: infer E14, listener: infer L14): unknown;
  (event: infer E15, listener: infer L15): unknown;
  (event: infer E16, listener: infer L16): unknown;
  (event: infer E17, listener: infer L17): unknown;
  (event: infer E18, listener: infer L18): unknown;
  (event: infer E19, listener: infer L19): unknown;
}
  ? | [E0, L0]
    | [E1, L1]
    | [E2, L2]
    | [E3, L3]
    | [E4, L4]
    | [E5, L5]
    | [E6, L6]
    | [E7, L7]
    | [E8, L8]
    | [E9, L9]
    | [E10, L10]
    | [E11, L11]
    | [E12, L12]
    | [E13, L13]
    | [E14, L14]
    | [E15, L15]
    | [E16, L16]
    | [E17, L17]
    | [E18, L18]
    | [E19, L19]
  : never;
