import { raii, type Resource } from "ts-raii";

/**
 * The article's loop. A `const` would give each resource back at the end of its turn; a `var` belongs to the function,
 * and so does what it holds: all of them are released when the function returns, the last one first.
 *
 * @param whileHeld called when all are acquired.
 */
export function holdAll(
  count: number,
  resource: (i: number) => Resource<number>,
  whileHeld: () => void,
): void {
  "use raii";
  for (let i = 0; i < count; i++) {
    var handle = raii(resource(i));
    if (handle !== i) throw new Error(`resource ${i} gave the handle ${handle}`);
  }
  whileHeld();
}
