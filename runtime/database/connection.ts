import { onePerProcess } from "../core/one-per-process.js";
import { isInTransaction, type LooseClient } from "./client.js";
import type { Steps } from "./run-steps.js";
import { TransactionError, type TransactionOutcome } from "./transaction-error.js";
import { type ByHand, watchByHand } from "./user-transaction.js";

/** What is known of one connection. */
export class Connection {
  /** The transaction, or the savepoint in it, that was begun last. */
  innermost: Level | undefined = undefined;
  /** The connection is lost: the client has said so, or a statement has failed with it. */
  lost: { readonly error: unknown } | undefined = undefined;
  /**
   * A transaction or savepoint that we began and may not have ended, because a statement failed or got no answer. A
   * transaction is ended before the next one begins. A savepoint is in a transaction that is not ours to end: until
   * that has ended, nothing begins.
   */
  unended: "transaction" | "savepoint" | undefined = undefined;
  private byHand: ByHand | undefined = undefined;
  /** The transaction has ended before its scope. */
  ended: EarlyEnd | undefined = undefined;
  /** Whether it is in a transaction, by the last answer of a MySQL server that was seen; see `statement-status.ts`. */
  status: boolean | undefined = undefined;
  private savepoints = 0;
  private watchers = 0;

  constructor(
    readonly client: object,
    /** Of a database in this process, which always answers. */
    readonly isLocal: boolean,
  ) {}

  /** Whether it is in a transaction that was begun by other means. What we left behind ourselves is none. */
  get isInOther(): boolean {
    return this.unended !== "transaction" && isInTransaction(this.client) === true;
  }

  /** Notes that something of ours may have been left behind. */
  leaveUnended(what: "transaction" | "savepoint"): void {
    this.unended = what;
    if (what === "transaction") this.byHand ??= watchByHand(this.client);
  }

  /** Notes that nothing of ours is left any more. */
  leaveNothing(): void {
    this.unended = undefined;
    this.byHand?.stop();
    this.byHand = undefined;
  }

  /** How the program itself has begun a transaction since ours was left behind; `undefined` where it has not. */
  get begunByHand(): string | undefined {
    return isInTransaction(this.client) === false ? undefined : this.byHand?.begun;
  }

  /** What is begun in a transaction, also in one that was begun by other means, is a savepoint; each has its own name. */
  enter(enclosing: Level | undefined): Level {
    if (enclosing === undefined) {
      this.savepoints = 0;
      this.ended = this.status = undefined;
    }
    const isNested = enclosing !== undefined || this.isInOther;
    return (this.innermost = new Level(this, enclosing, isNested ? `raii_${++this.savepoints}` : undefined));
  }

  /** Whether the transaction has ended before its scope, as far as that can be known without asking the server. */
  get hasEnded(): boolean {
    if (this.ended === undefined && (isInTransaction(this.client) ?? this.status) === false)
      this.ended = { outcome: "unknown", cause: undefined };
    return this.ended !== undefined;
  }

  /**
   * Is told when the connection is lost, also while nothing is being sent. A client from a pool has nobody else who
   * listens meanwhile, and in Node an `error` event that nobody listens to ends the process.
   *
   * @returns ends that.
   */
  watch(): () => void {
    const { on, removeListener } = this.client as LooseClient;
    const isEmitter = typeof on === "function" && typeof removeListener === "function";
    if (this.watchers++ === 0) {
      this.lost = undefined; // some clients connect again; of the others the next statement will tell
      if (isEmitter) on.call(this.client, "error", this.noteLoss);
    }
    return () => {
      // One that is lost says so more than once.
      if (--this.watchers === 0 && !this.lost && isEmitter)
        removeListener.call(this.client, "error", this.noteLoss);
    };
  }

  private readonly noteLoss = (error: unknown): void => {
    this.lost ??= { error };
  };
}

/** How a transaction has ended that did so before its scope. */
export interface EarlyEnd {
  /** What has become of what was done in it. */
  readonly outcome: TransactionOutcome;
  /** The answer of the database that ended it, if one did. */
  readonly cause: unknown;
}

/** A transaction, or a savepoint in one. */
export class Level {
  state: "beginning" | "open" | "ending" | "over" = "beginning";
  /** Whether it may have been committed, or a part of it, although it failed. */
  isInDoubt = false;
  /** Why it cannot be committed: what is inside it could not be rolled back. */
  doom: { readonly error: unknown } | undefined = undefined;
  /** What could not be done while it was aborted. */
  readonly atEnd: (() => Steps<void>)[] = [];

  constructor(
    readonly connection: Connection,
    readonly enclosing: Level | undefined,
    /** Its name; `undefined` for a transaction. */
    readonly savepoint: string | undefined,
  ) {}

  /** @returns whether nothing inside it is still open; what is ends with it. */
  startEnding(): boolean {
    const { connection } = this;
    let isInnermost = true;
    for (let inner = connection.innermost!; inner !== this; inner = inner.enclosing!) {
      inner.state = "over";
      isInnermost = false;
    }
    connection.innermost = this;
    this.state = "ending";
    return isInnermost;
  }

  close(): void {
    const { connection } = this;
    if (connection.innermost === this) connection.innermost = this.enclosing;
    this.state = "over";
  }
}

/** By client. By weak reference: a client that nobody uses any more takes with it what is known of it (S10). */
const connections = /* @__PURE__ */ onePerProcess(
  "connections",
  /* @__PURE__ */ new WeakMap<object, Connection>(),
);
/** The transactions that handles stand for. */
const levels = /* @__PURE__ */ onePerProcess("levels", /* @__PURE__ */ new WeakMap<object, Level>());

/** Notes that a handle stands for a transaction. */
export function register(handle: object, level: Level): void {
  levels.set(handle, level);
}

/** The transaction that a handle stands for; `undefined` for a client. */
export function levelOf(clientOrHandle: object): Level | undefined {
  return levels.get(clientOrHandle);
}

/** What is known of the connection of a client, or of the handle of a transaction. */
export function connectionOf(clientOrHandle: object, isLocal: boolean): Connection {
  let connection = levels.get(clientOrHandle)?.connection ?? connections.get(clientOrHandle);
  if (connection === undefined)
    connections.set(clientOrHandle, (connection = new Connection(clientOrHandle, isLocal)));
  return connection;
}

/**
 * Enters a new transaction on a client, or a savepoint in the transaction that a handle stands for.
 *
 * @throws {TransactionError} when another one stands in the way: one connection carries out one after the other.
 */
export function enter(clientOrHandle: object, isLocal: boolean): Level {
  const connection = connectionOf(clientOrHandle, isLocal);
  const { innermost } = connection;
  const enclosing = levels.get(clientOrHandle);
  if (enclosing?.state === "over" || enclosing?.state === "ending") throw usedAfterItsEnd();
  if (innermost !== enclosing) {
    throw new TransactionError(
      enclosing === undefined
        ? "this client is in a transaction already. To nest, give transaction() the handle of that one; for another one " +
            "beside it, use a pool or another connection"
        : "a transaction that was nested in this one before has not ended yet. Nest the one in the other, or await it first",
    );
  }
  if (connection.unended === "savepoint") {
    if (connection.isInOther)
      throw new TransactionError(
        "a savepoint of before could not be rolled back, and what was done in it is still a part of the transaction " +
          "that this client is in. Roll that back first",
      );
    connection.leaveNothing();
  }
  return connection.enter(enclosing);
}

export function usedAfterItsEnd(): TransactionError {
  return new TransactionError("this transaction is over; its handle was used after the scope it belongs to");
}
