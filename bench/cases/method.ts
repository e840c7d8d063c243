import { raii } from "ts-raii";
import type { Lock } from "../lock.ts";

class Account_0 {
  last = 0;

  add(lock: Lock): number {
    "use raii";
    const a = raii(lock);
    this.last = a.id;
    return this.last;
  }
}

const account_0 = new Account_0();

export const call_0 = (locks: Lock[]): number => account_0.add(locks[0]!);
