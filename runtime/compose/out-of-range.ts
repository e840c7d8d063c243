/** @param what the option, for the message: `retry(): attempts`. @returns the error for a value that is not in `range`. */
export function outOfRange(what: string, range: string, value: unknown): RangeError {
  return new RangeError(`ts-raii: ${what} is ${range}, and not ${String(value)}`);
}
