import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

async function* ids_0(first: Lock, second: Lock, third: Lock): AsyncGenerator<number> {
  "use raii";
  const a = await raii(first);
  const b = await raii(second);
  const c = await raii(third);
  yield a.id;
  yield b.id;
  yield c.id;
  yield a.id + b.id + c.id;
}

export const call_0 = async (locks: Lock[]): Promise<number> => {
  let sum = 0;
  for await (const id of ids_0(locks[0]!, locks[1]!, locks[2]!)) sum += id;
  return sum;
};
