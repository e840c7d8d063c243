import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

async function loop_0(locks: Lock[]): Promise<number> {
  "use raii";
  let sum = 0;
  for (let i = 0; i < 100; i++) {
    const a = await raii(locks[i & 7]!);
    sum += a.id;
  }
  return sum;
}

export const call_0 = (locks: Lock[]): Promise<number> => loop_0(locks);
