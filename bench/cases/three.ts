import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function three_0(first: Lock, second: Lock, third: Lock): number {
  "use raii";
  const a = raii(first);
  const b = raii(second);
  const c = raii(third);
  return a.id + b.id + c.id;
}

export const call_0 = (locks: Lock[]): number => three_0(locks[0]!, locks[1]!, locks[2]!);
