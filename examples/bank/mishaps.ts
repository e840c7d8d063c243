import type { Pool, PoolClient } from "pg";

/** The teller changes his mind. */
export function changeMind(): never {
  throw new Error("the recipient is on the list");
}

/** The network cable is pulled out. */
export function loseConnection(tx: PoolClient): void {
  tx.connection.stream.destroy();
}

/**
 * Somebody else withdraws at the same time, as far as PostgreSQL is concerned: PGlite has one session for all, so this
 * transaction stays prepared until it is this one's turn again, when the other one is over.
 *
 * @returns commits it, as soon as no transaction is running.
 */
export async function withdrawMeanwhile(
  bank: Pool,
  owner: string,
  amount: number,
): Promise<() => Promise<void>> {
  await bank.query(
    `begin isolation level serializable;
     select sum(balance) from accounts where owner in ('anna', 'ben');
     update accounts set balance = balance - ${amount} where owner = '${owner}';
     update accounts set balance = balance + ${amount} where owner = 'cleo';
     prepare transaction 'meanwhile'`,
  );
  return async () => void (await bank.query("commit prepared 'meanwhile'"));
}
