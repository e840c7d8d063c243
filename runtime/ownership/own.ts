import { describe, nameOf } from "../core/describe.js";
import { type Acquisition, Resource } from "../core/resource.js";
import type { Scope } from "../core/scope.js";
import { Owned } from "./owned.js";
import { type TakenOut, takeOut } from "./take-out.js";
import { watch } from "./warn-never-acquired.js";

/**
 * Takes a handle out of the scopes of a function, and makes an owned resource of it (property 41).
 *
 * @param scopes those that are open, from the innermost outwards.
 * @param isAsync for `moveAsync`.
 * @param from the function that emitted code calls.
 * @throws {Error} when none of them holds it.
 * @throws {TypeError} when it was acquired asynchronously and `isAsync` is not set; it is then held as before.
 */
export function own(handle: unknown, scopes: readonly Scope[], isAsync: boolean, from: Function): Owned {
  const held = takeOut(handle, scopes, isAsync ? undefined : refuseAsync);
  if (held === undefined) {
    if (handle === null || handle === undefined) return new Owned(String(handle), nothing(handle), isAsync);
    throw notHeld(handle, isAsync);
  }
  const owned = new Owned(nameOf(held.subject), held.acquisition ?? ofDisposable(held), isAsync);
  watch(owned, from);
  return owned;
}

/** No resource is its own handle, as it is for `raii`. */
function nothing(handle: null | undefined): Acquisition<unknown> {
  return { handle, release() {} };
}

/** A Disposable as the acquisition it is: itself, and its method as it was read then. What that returns means what it meant. */
function ofDisposable({ subject, dispose, release }: TakenOut): Acquisition<unknown> {
  return {
    handle: subject,
    release() {
      const result = dispose!.call(subject);
      return release === "async" ? result : undefined;
    },
  };
}

function refuseAsync({ subject, release }: TakenOut): void {
  if (release !== undefined) {
    throw new TypeError(
      `ts-raii: move() cannot take ${nameOf(subject)}: it was acquired with await, and its release is awaited. Use moveAsync()`,
    );
  }
}

function notHeld(handle: unknown, isAsync: boolean): Error {
  const why = isResource(handle)
    ? "it is a resource, and what is moved is the handle that raii() gives. What is not acquired yet needs no moving"
    : "no scope of this function holds it. It was not acquired here, has been moved before, or its block has ended";
  return new Error(`ts-raii: ${isAsync ? "moveAsync" : "move"}() cannot take ${describe(handle)}: ${why}`);
}

function isResource(value: unknown): boolean {
  try {
    return typeof (Object(value) as Partial<Resource<unknown>>)[Resource.acquire] === "function";
  } catch {
    return false; // a revoked proxy, a throwing getter: the error is about what was to be moved
  }
}
