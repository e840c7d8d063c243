import { expect, it } from "vitest";
import { transaction } from "../../runtime/database/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { using } from "./using.ts";

/**
 * A client as node-postgres: it hands out an error at once, and the status that follows it arrives later, in another
 * packet. A fake, as a real server sends both in one packet most of the time.
 */
function lateClient() {
  const sent: string[] = [];
  let status = "I";
  return {
    sent,
    getTransactionStatus: () => status,
    async query(sql: string): Promise<unknown> {
      sent.push(sql);
      if (sql === "ROLLBACK") status = "I";
      if (!sql.includes("nonsense")) return {};
      setImmediate(() => (status = "E"));
      throw Object.assign(new Error("no column nonsense"), { code: "42703", severity: "ERROR" });
    },
  };
}

it("what a begin of several statements has begun is taken back, although the client knows of it later", async () => {
  const client = lateClient();
  const begin = "begin; select nonsense";
  const { error } = await rejectedBy(using(transaction(client, { begin }), () => expect.fail("begun")));
  expect(String(error)).toContain("nonsense");
  expect(client.sent).toEqual([begin, "ROLLBACK"]);
});
