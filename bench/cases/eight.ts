import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

function eight_0(locks: Lock[]): number {
  "use raii";
  const a = raii(locks[0]!);
  const b = raii(locks[1]!);
  const c = raii(locks[2]!);
  const d = raii(locks[3]!);
  const e = raii(locks[4]!);
  const f = raii(locks[5]!);
  const g = raii(locks[6]!);
  const h = raii(locks[7]!);
  return a.id + b.id + c.id + d.id + e.id + f.id + g.id + h.id;
}

export const call_0 = (locks: Lock[]): number => eight_0(locks);
