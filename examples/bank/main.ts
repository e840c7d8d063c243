import type { Pool } from "pg";
import { raii } from "ts-raii";
import { withTransaction } from "ts-raii/database";
import { check } from "../check.js";
import { audit } from "./audit.js";
import { changeMind, loseConnection, withdrawMeanwhile } from "./mishaps.js";
import { openBank } from "./open-bank.js";
import { transfer, transferAll } from "./transfer.js";

// Money goes from account to account, while something goes wrong at different moments. Each transfer is carried out as a
// whole or not at all: none is made up, and none is lost.

async function main(): Promise<void> {
  "use raii";
  const bank = await raii(openBank());

  await audit(bank, {
    title: "1. A transfer",
    body: () => transfer(bank, { from: "anna", to: "ben", amount: 100 }),
    leaves: "anna 400, ben 400, cleo 200",
  });

  await audit(bank, {
    title: "2. More than there is: the database refuses",
    body: () => transfer(bank, { from: "cleo", to: "ben", amount: 900 }),
    error: 'error: new row for relation "accounts" violates check constraint "funds"',
    leaves: "anna 400, ben 400, cleo 200",
  });

  await audit(bank, {
    title: "3. The body throws when the money has left the one account and is not yet on the other",
    body: () => transfer(bank, { from: "anna", to: "cleo", amount: 50, midway: changeMind }),
    error: "Error: the recipient is on the list",
    leaves: "anna 400, ben 400, cleo 200",
  });

  await audit(bank, {
    title: "4. Orders of a day in one transaction: those that fail are rolled back alone",
    body: async () => {
      const refused = await transferAll(bank, [
        { from: "anna", to: "cleo", amount: 150 },
        { from: "ben", to: "anna", amount: 5000 },
        { from: "ben", to: "anna", amount: 10, midway: changeMind },
        { from: "ben", to: "cleo", amount: 50 },
      ]);
      for (const line of refused) console.log(`      ${line}`);
      check("two of four are refused", refused.length === 2);
    },
    leaves: "anna 250, ben 350, cleo 400",
  });

  await audit(bank, {
    title: "5. The connection is lost in the middle",
    body: () => transfer(bank, { from: "anna", to: "ben", amount: 200, midway: loseConnection }),
    error: "Error: Connection terminated unexpectedly",
    leaves: "anna 250, ben 350, cleo 400",
  });

  await audit(bank, {
    title:
      "6. Two withdraw at the same time what is there for one of them: the second one is run again, and refused",
    body: () => withdrawTogether(bank),
    leaves: "anna 250, ben 50, cleo 700",
  });
}

/** Anna and Ben may overdraw nothing together, and each sees 600: serializable, only one of them gets 300. */
async function withdrawTogether(bank: Pool): Promise<void> {
  const commitOther = await withdrawMeanwhile(bank, "ben", 300);
  let committed: Promise<void> | undefined;
  let attempts = 0;
  const answer = await withTransaction(
    bank,
    async (tx) => {
      attempts++;
      committed ??= commitOther(); // has to wait until this attempt is over
      const { rows } = await tx.query(
        "select sum(balance)::int as sum from accounts where owner in ('anna', 'ben')",
      );
      console.log(`      attempt ${attempts}: together they have ${rows[0].sum}`);
      if (rows[0].sum < 500) return "refused";
      await tx.query("update accounts set balance = balance - 250 where owner = 'anna'");
      await tx.query("update accounts set balance = balance + 250 where owner = 'cleo'");
      return "paid";
    },
    { isolation: "serializable" },
  );
  await committed;
  check(
    "PostgreSQL let the first attempt fail, and the second one was refused",
    attempts === 2 && answer === "refused",
  );
}

await main();

// Comes only when nothing is left to wait for: connections, server and database are closed.
process.once("beforeExit", () => check("the process ends by itself: nothing keeps it alive", true));
