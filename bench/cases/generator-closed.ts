import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function* ids_0(first: Lock, second: Lock, third: Lock): Generator<number> {
  "use raii";
  const a = raii(first);
  const b = raii(second);
  const c = raii(third);
  yield a.id;
  yield b.id;
  yield c.id;
  yield a.id + b.id + c.id;
}

export const call_0 = (locks: Lock[]): number => {
  let sum = 0;
  for (const id of ids_0(locks[0]!, locks[1]!, locks[2]!)) {
    sum += id;
    if (sum > id) break; // after the second
  }
  return sum;
};
