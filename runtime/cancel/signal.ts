import { createController, type Signal } from "./abort-signal.js";
import { type CancelNode, currentNode } from "./cancel-node.js";

/**
 * The `AbortSignal` of the innermost cancel scope: for code that is not annotated, to be told when the scope is cancelled.
 * It aborts before anything is thrown. In a function annotated `"use raii"` it also means that scope in the arrow functions and
 * callbacks that stand there, whenever they are called. Where there is no cancel scope it is one that never aborts.
 *
 * @returns the signal of the scope that is open where the code is called from.
 * @example
 * const response = await fetch(url, { signal: signal() });
 */
export function signal(): PlatformSignal {
  return signalIn(currentNode()) as PlatformSignal;
}

/** The `AbortSignal` of the platform, where its types are there. */
type PlatformSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : Signal;

/** @internal What emitted code keeps of the place where it makes a function that calls `signal`. */
export const place = currentNode;

/** @internal What it calls in that function. */
export function signalIn(node: CancelNode | undefined): Signal {
  return node?.signal ?? createController().signal;
}
