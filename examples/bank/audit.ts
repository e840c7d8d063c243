import type { Pool } from "pg";
import { check } from "../check.js";

export interface Step {
  readonly title: string;
  readonly body: () => Promise<unknown>;
  /** What it ends with, as text; `undefined` for no error. */
  readonly error?: string;
  /** What is on the accounts afterwards. */
  readonly leaves: string;
}

/** Runs a step and shows how it ends; checks that, the accounts, their sum and that no connection is still in use. */
export async function audit(bank: Pool, { title, body, error, leaves }: Step): Promise<void> {
  console.log(`\n${title}`);
  let thrown: string | undefined;
  try {
    await body();
  } catch (value) {
    thrown = String(value);
    console.log(thrown);
  }
  if (error === undefined) check("no error", thrown === undefined);
  else check("the caller gets this error", thrown === error);
  const { rows } = await bank.query<{ owner: string; balance: number }>(
    "select * from accounts order by owner",
  );
  const accounts = rows.map(({ owner, balance }) => `${owner} ${balance}`).join(", ");
  check(accounts, accounts === leaves);
  const sum = rows.reduce((total, { balance }) => total + balance, 0);
  check(`the sum is ${sum}`, sum === 1000);
  check("no connection is still in use", bank.idleCount === bank.totalCount);
}
