import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

async function asynchronous_0(first: Lock, second: Lock, third: Lock): Promise<number> {
  "use raii";
  const a = await raii(first);
  let sum = await a.ready;
  const b = await raii(second);
  sum += await b.ready;
  const c = await raii(third);
  sum += await c.ready;
  return sum + (await first.ready);
}

export const call_0 = (locks: Lock[]): Promise<number> => asynchronous_0(locks[0]!, locks[1]!, locks[2]!);
