import { emitted } from "../core/raii.js";
import type { Resource } from "../core/resource.js";
import type { Scope } from "../core/scope.js";
import { own } from "./own.js";
import { untransformed } from "./untransformed.js";

/** The type of the marker {@link move}. */
export interface Move {
  <T>(handle: T): Resource<T>;
}

/**
 * Takes a handle out of its scope, in a function annotated `"use raii"`, and gives an owned resource: the scope releases
 * it no more, and who acquires what `move` gives has the same handle, and its release at the end of their own scope,
 * told how that ends. Of several acquisitions that gave this handle it takes the latest in the innermost block.
 *
 * Let `move` come last, as in `return move(handle)`: what a function has moved and nobody has acquired when it fails is
 * released by nobody. In development that is reported when it is collected.
 *
 * @param handle what `raii(x)` gave, or what `using` declares, in this function. `null` and `undefined` stay nothing.
 * @returns a resource that is acquired once, by `raii` or `await raii`, anywhere.
 * @throws {Error} when no scope of this function holds it: not acquired here, moved before, or its block has ended.
 * @throws {TypeError} for what was acquired with `await`: that is for {@link moveAsync}. It stays where it is.
 * @throws {UntransformedError} when the code was not compiled by ts-raii's transformer. The acquisition of what it gives
 *   throws when it is made a second time.
 * @example
 * function openChecked(path: string): Resource<OpenFile> {
 *   "use raii";
 *   const file = raii(openFile(path));
 *   file.checkHeader();   // fails: the file is closed
 *   return move(file);    // else the caller's raii(openChecked(path)) closes it
 * }
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack.pop_all
 */
export const move: Move = /* @__PURE__ */ Object.assign(
  function move(): never {
    throw untransformed("move");
  },
  emitted,
  {
    from: function from(handle: unknown, ...scopes: Scope[]): unknown {
      return own(handle, scopes, false, from);
    },
  },
);
