// Compiled and not run: a parameter of a context manager has the type of its default, as in any function.
import { contextManager, raii } from "../../runtime/index.ts";
import { type Assert, type Equal, given } from "./equal.ts";

export function ofDefault() {
  const tempDir = contextManager(function* (prefix: string, depth = 1) {
    given<Assert<Equal<typeof depth, number>>>();
    yield prefix.repeat(depth);
  });
  raii(tempDir("build-"));
  raii(tempDir("build-", 2));
  // @ts-expect-error -- the default is a number
  raii(tempDir("build-", "2"));
}
