import { type Level, register, usedAfterItsEnd } from "./connection.js";
import { ends, sends, statementThatEnds } from "./recognize-statements.js";
import { noteStatus } from "./statement-status.js";
import { whyOver } from "./transaction-messages.js";

/**
 * Methods that run a transaction of their own. Those of SQLite's clients nest it (better-sqlite3). That of PGlite sends
 * BEGIN and COMMIT, with which it would commit this one.
 */
const endsUnlessLocal = ["transaction"];

/**
 * The client as the body sees it: the same, but it stands for the transaction. So one that is nested in it can be told
 * from one that happens to use the same connection meanwhile, and after its end it sends nothing more: the statement
 * would be carried out outside of the transaction, or in that of somebody else to whom the pool has lent the client. The
 * same holds as soon as the transaction can no longer be committed.
 */
export function handleOf(level: Level): object {
  const { client } = level.connection;
  const handle: object = new Proxy(client, {
    get(target, key) {
      // Accessors and methods are called on the client itself: its private fields are not those of a proxy.
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || isFixed(target, key)) return value;
      return new Proxy(value, {
        apply(method, self: unknown, args: unknown[]) {
          if (self !== handle) return Reflect.apply(method, self, args);
          const isForScope =
            ends.includes(key as string) ||
            (!level.connection.isLocal && endsUnlessLocal.includes(key as string));
          if (level.state === "open" && isForScope) throw endedByHand(`${key as string}()`);
          if (!sends.includes(key as string)) return Reflect.apply(method, target, args);
          if (level.state !== "open") throw usedAfterItsEnd();
          const end = statementThatEnds(args[0]);
          if (end !== undefined) throw endedByHand(end);
          const refusal = whyOver(level);
          if (refusal !== undefined) throw refusal;
          return noteStatus(level, Reflect.apply(method, target, args));
        },
      });
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  register(handle, level);
  return handle;
}

/** What a proxy must give as it is. */
function isFixed(target: object, key: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return own?.configurable === false && own.writable === false;
}

function endedByHand(what: string): TypeError {
  return new TypeError(
    `ts-raii: no ${what} in a transaction: it ends with its scope. Throw to roll back; transaction(tx) to nest`,
  );
}
