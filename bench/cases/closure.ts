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

const add_0 = maker_0(3);

export const call_0 = (locks: Lock[]): number => add_0(locks[0]!);
