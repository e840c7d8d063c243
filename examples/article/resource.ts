import { contextManager } from "ts-raii";

/**
 * The article's resource, a Python `@contextmanager` that says when it is acquired and when it is released:
 * here as there, what stands before the `yield` acquires, and the `finally` releases.
 *
 * @param say where the two lines go.
 */
export const resource = contextManager(function* resource(
  x: number,
  say: (line: string) => void = console.log,
) {
  say(`resource::acquire ${x}`);
  try {
    yield x;
  } finally {
    say(`resource::release ${x}`);
  }
});
