/** What sends statements, by whatever name a client has it. */
export const sends = ["query", "exec", "execute", "prepare", "run", "sql", "batch", "transaction"];

/** What is for the scope to do. */
export const ends = ["beginTransaction", "commit", "rollback", "release"];

const begins = "begin(?!\\s+not\\b)|start\\s+transaction";

/** The first words of the statements that begin or end one. `ROLLBACK TO` a savepoint, and MariaDB's blocks, do neither. */
const endsByText = /* @__PURE__ */ (() =>
  new RegExp(
    `^\\s*(${begins}|commit|end|abort|prepare\\s+transaction|rollback(?!\\s+((work|transaction)\\s+)?to\\b))\\b`,
    "i",
  ))();

/** Somewhere in a text of several statements. */
const beginsByText = /* @__PURE__ */ (() => new RegExp(`(?:^|;)\\s*(${begins})\\b`, "i"))();

/** @param statement a text, or what has one as `text` (node-postgres) or `sql` (mysql2, mariadb). */
function textOf(statement: unknown): string {
  const { text, sql } = Object(statement) as { text?: unknown; sql?: unknown };
  return [statement, text, sql].find((each): each is string => typeof each === "string") ?? "";
}

/**
 * Those that query builders send for transactions of their own, above all: over the handle they would end this one. Other
 * statements that end it are noticed when they have done so.
 */
export function statementThatEnds(statement: unknown): string | undefined {
  return endsByText.exec(textOf(statement))?.[1]?.toUpperCase();
}

/** In doubt, as with what only looks so in a text of several statements, it begins one. */
export function statementThatBegins(statement: unknown): string | undefined {
  return beginsByText.exec(textOf(statement))?.[1]?.toUpperCase();
}
