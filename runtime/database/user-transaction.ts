import { ends, sends, statementThatBegins, statementThatEnds } from "./recognize-statements.js";

/** What the program itself does with a client in which a transaction was left behind. */
export interface ByHand {
  /** The statement or method with which it has begun a transaction of its own that it has not ended yet, as far as is seen. */
  readonly begun: string | undefined;
  stop(): void;
}

/**
 * Notices that the program begins a transaction of its own. To roll back what was left behind would undo that one, and no
 * client or server tells the two apart. So the methods of the client are watched until there is nothing left behind.
 *
 * Not seen is what is sent by other means: a statement that was prepared before, a procedure, an object that the client
 * works with itself.
 */
export function watchByHand(client: object): ByHand {
  let begun: string | undefined;
  const note = (key: string, statement: unknown): void => {
    if (key === "beginTransaction") begun = "beginTransaction()";
    else if (ends.includes(key) || statementThatEnds(statement) !== undefined) begun = undefined;
    begun = statementThatBegins(statement) ?? begun;
  };

  const restore: (() => void)[] = [];
  for (const key of [...sends, ...ends]) {
    const method: unknown = Reflect.get(client, key, client);
    if (typeof method !== "function" || key === "transaction" || key === "release") continue;
    const own = Reflect.getOwnPropertyDescriptor(client, key);
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      const before = begun;
      note(key, args[0]);
      try {
        return Reflect.apply(method, this, args);
      } catch (error) {
        begun = before; // a client that answers at once has refused it
        throw error;
      }
    };
    if (!Reflect.defineProperty(client, key, { value: watched, configurable: true, writable: true }))
      continue;
    restore.push(() => {
      if (Reflect.get(client, key, client) !== watched) return; // somebody else watches it, too
      if (own) Reflect.defineProperty(client, key, own);
      else Reflect.deleteProperty(client, key);
    });
  }
  return {
    get begun() {
      return begun;
    },
    stop: () => restore.forEach((each) => each()),
  };
}
