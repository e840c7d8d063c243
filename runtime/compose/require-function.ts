import { describe } from "../core/describe.js";

/** @param call how it is called, for the message: `map(resource, change)`. @throws {TypeError} where it is none. */
export function requireFunction(value: unknown, call: string): void {
  if (typeof value !== "function")
    throw new TypeError(`ts-raii: ${call} takes a function, and was given ${describe(value)}`);
}
