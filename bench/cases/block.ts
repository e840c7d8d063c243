import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function block_0(lock: Lock): number {
  "use raii";
  let sum = 0;
  if (lock.id > 0) {
    const a = raii(lock);
    sum += a.id;
  }
  return sum;
}

export const call_0 = (locks: Lock[]): number => block_0(locks[0]!);
