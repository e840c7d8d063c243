import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function one_0(first: Lock): number {
  "use raii";
  const a = raii(first);
  return a.id;
}

export const call_0 = (locks: Lock[]): number => one_0(locks[0]!);
