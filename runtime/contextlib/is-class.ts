/**
 * Whether a function is a class, and not to be called without `new`. A class compiled for engines that have none is a plain
 * function; one of errors is told by what its instances inherit.
 */
export function isClass(value: Function): value is abstract new (...args: never) => unknown {
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
  const instances: unknown = prototype?.value;
  if (typeof instances !== "object" || instances === null) return false;
  // That of a class cannot be assigned to; `in`, as the getter of DOMException's throws on what is no instance.
  return prototype!.writable === false || "message" in instances;
}
