import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

async function mixed_0(first: Lock, second: Lock, third: Lock): Promise<number> {
  "use raii";
  const a = raii(first);
  let sum = await a.ready;
  const b = await raii(second);
  sum += await b.ready;
  const c = raii(third);
  sum += await c.ready;
  return sum + (await first.ready);
}

export const call_0 = (locks: Lock[]): Promise<number> => mixed_0(locks[0]!, locks[1]!, locks[2]!);
