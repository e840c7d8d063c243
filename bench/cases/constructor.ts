import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

class Reader_0 {
  readonly last: number;

  constructor(lock: Lock) {
    "use raii";
    const a = raii(lock);
    this.last = a.id;
  }
}

export const call_0 = (locks: Lock[]): number => new Reader_0(locks[0]!).last;
