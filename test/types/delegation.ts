// Compiled and not run: what a program may delegate to, whatever the handles in it have in common.
import { acquire, type Resource, run } from "../../runtime/index.ts";
import { type Assert, type Equal, given } from "./equal.ts";

/** A part of a program, that acquires handles which have nothing in common and is delegated to. */
export function delegation() {
  function* part() {
    const text = yield* acquire(given<Resource<string>>());
    const count = yield* acquire(given<Resource<number>>());
    return text.length + count;
  }
  const alone = run(part);
  const delegated = run(function* () {
    return yield* part();
  });
  return given<[Assert<Equal<typeof alone, number>>, Assert<Equal<typeof delegated, number>>]>();
}

/** A resource that can only fail has the handle `never`; it is acquired as any other. */
export function ofNever() {
  return run(function* () {
    yield* acquire(given<Resource<never>>());
  });
}
