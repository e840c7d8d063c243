import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function loop_0(locks: Lock[]): number {
  "use raii";
  let sum = 0;
  for (let i = 0; i < 100; i++) {
    const a = raii(locks[i & 7]!);
    sum += a.id;
  }
  return sum;
}

export const call_0 = (locks: Lock[]): number => loop_0(locks);
