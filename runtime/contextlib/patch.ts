import { describe, nameOf } from "../core/describe.js";
import { type Acquisition, Resource } from "../core/resource.js";

class Patch<V> implements Resource<V> {
  readonly name: string;

  constructor(
    private readonly target: object,
    private readonly key: PropertyKey,
    private readonly value: V,
  ) {
    this.name = `patch of ${nameOf(target)}.${String(key)}`;
  }

  [Resource.acquire](): Acquisition<V> {
    const { target, key, value, name } = this;
    const own = Object.getOwnPropertyDescriptor(target, key);
    if (!Reflect.defineProperty(target, key, replacement(value, own, own ?? inherited(target, key)))) {
      throw new TypeError(
        `ts-raii: ${name}: the property cannot be replaced. Only a configurable one can, of an object that is not frozen`,
      );
    }
    return { handle: value, release: () => restore(target, key, own, name) };
  }
}

/** As its owner sees it the same property with another value; what is an accessor becomes one that holds it. */
function replacement(
  value: unknown,
  own: PropertyDescriptor | undefined,
  found: PropertyDescriptor | undefined,
): PropertyDescriptor {
  if (own !== undefined && "value" in own) return { ...own, value };
  return { value, writable: true, enumerable: found?.enumerable ?? true, configurable: true };
}

function inherited(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  let found: PropertyDescriptor | undefined;
  for (let at = target as object | null; at && !found; at = Reflect.getPrototypeOf(at)) {
    found = Object.getOwnPropertyDescriptor(at, key);
  }
  return found;
}

function restore(target: object, key: PropertyKey, own: PropertyDescriptor | undefined, name: string): void {
  if (own ? Reflect.defineProperty(target, key, own) : Reflect.deleteProperty(target, key)) return;
  throw new TypeError(`ts-raii: ${name}: the property cannot be restored; it was frozen meanwhile`);
}

/**
 * Replaces a property for the time of the scope, and then restores it exactly, whatever became of it meanwhile: an own one
 * with its attributes, an accessor as an accessor; one that was inherited or absent is deleted. An accessor is replaced, and
 * not called. It is Python's `patch.object`, and what `redirect_stdout` does to one property.
 *
 * The property is replaced for all who use it: async functions that overlap see each other's replacements.
 *
 * @param target the object that has or inherits the property.
 * @param key its key.
 * @param value what it is meanwhile.
 * @returns the resource, whose handle is the value; it can be acquired any number of times, also while it is held.
 * @throws {TypeError} when the target is no object; the acquisition, when the property cannot be replaced: the
 *   object is frozen, or the property not
 *   configurable, as the exports of a module are; the release, when it can no longer be restored.
 * @example
 * const lines: string[] = [];
 * raii(patch(console, "log", (line: string) => lines.push(line)));
 * @see https://docs.python.org/3/library/unittest.mock.html#patch-object
 * @see https://docs.python.org/3/library/contextlib.html#contextlib.redirect_stdout
 */
export function patch<T extends object, K extends keyof T, V extends T[K]>(
  target: T,
  key: K,
  value: V,
): Resource<V> {
  if (Object(target) !== target) {
    throw new TypeError(`ts-raii: patch(target, key, value) takes an object; ${describe(target)} is none`);
  }
  return new Patch(target, key, value);
}
