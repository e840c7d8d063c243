import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function maker_0(base: number): (lock: Lock) => number {
  const add = (lock: Lock): number => {
    "use raii";
    const a = raii(lock);
    return a.id + base;
  };
  return add;
}

export const call_0 = (locks: Lock[]): number => maker_0(locks[1]!.id)(locks[0]!);
