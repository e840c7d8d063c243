import type { Pool, PoolClient } from "pg";
import { raii } from "ts-raii";
import { transaction } from "ts-raii/database";

/** One transfer, as it was ordered. */
export interface Order {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  /** Runs when the money has left the one account, and is not yet on the other. */
  readonly midway?: (tx: PoolClient) => unknown;
}

/** Carries out all of an order or nothing: in a transaction of its own, or as a part of the one that it is given. */
export async function transfer(bank: Pool | PoolClient, order: Order): Promise<void> {
  "use raii";
  const { from, to, amount, midway } = order;
  const tx = await raii(transaction(bank));
  await tx.query("update accounts set balance = balance - $1 where owner = $2", [amount, from]);
  await midway?.(tx);
  await tx.query("update accounts set balance = balance + $1 where owner = $2", [amount, to]);
}

/** Carries out a list of orders in one transaction, but for those that fail: these alone are rolled back. */
export async function transferAll(bank: Pool, orders: readonly Order[]): Promise<string[]> {
  "use raii";
  const tx = await raii(transaction(bank));
  const refused: string[] = [];
  for (const order of orders) {
    try {
      await transfer(tx, order);
    } catch (error) {
      refused.push(`${order.from} to ${order.to}: ${(error as Error).message}`);
    }
  }
  return refused;
}
