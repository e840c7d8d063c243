import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

// Holds all of them until it returns; `full` runs while they are held.
export function many(locks: Iterable<Lock>, full: () => void): number {
  "use raii";
  let sum = 0;
  for (const lock of locks) {
    var held = raii(lock);
    sum += held.id;
  }
  full();
  return sum;
}
