import { combineErrors } from "../suppressed-error.js";
import { isPool, type LooseClient } from "./client.js";
import { type Connection, connectionOf } from "./connection.js";

/** A client to work with: the program's own, or one that a pool has lent. */
export class Lease {
  readonly connection: Connection;
  /** Why its connection is of no more use, where the connection does not know that itself. */
  spoiltBy: { readonly error: unknown } | undefined = undefined;
  private readonly stopWatching: () => void;

  constructor(
    readonly client: object,
    private readonly pool?: LooseClient,
  ) {
    this.connection = connectionOf(client, false);
    this.stopWatching = this.connection.watch();
  }

  /** Does what is to be done last, and gives the client back whatever comes of that. @throws both errors, if both fail. */
  async end(last: () => PromiseLike<void>): Promise<void> {
    let failure: { error: unknown } | undefined;
    try {
      await last();
    } catch (error) {
      failure = { error };
    }
    try {
      if (this.pool) await this.giveBack(this.pool, failure);
    } catch (error) {
      failure = { error: failure ? combineErrors(error, failure.error, { name: "pool client" }) : error };
    }
    this.stopWatching();
    if (failure) throw failure.error;
  }

  /** With an error if its connection is of no more use: the pool then closes it. */
  private giveBack(pool: LooseClient, failure: { readonly error: unknown } | undefined): unknown {
    const { client, connection, spoiltBy } = this;
    const { release, destroy } = client as { release?: unknown; destroy?: unknown };
    const why =
      connection.lost ?? spoiltBy ?? (connection.isUnsettled ? (failure ?? { error: true }) : undefined);
    // The release() of mysql2 and mariadb takes no error; what is to be closed there is destroyed.
    if (why && typeof pool.getConnection === "function" && typeof destroy === "function")
      return destroy.call(client) as unknown;
    return (release as (error?: unknown) => unknown).call(client, why && (why.error || true));
  }
}

/** A lease of the client itself, or of one that the pool lends. @throws or rejects with what the pool does. */
export function lease(target: object): Lease | PromiseLike<Lease> {
  if (!isPool(target)) return new Lease(target);
  const { getConnection, connect } = target as LooseClient;
  const lend = (typeof getConnection === "function" ? getConnection : connect) as () => PromiseLike<object>;
  return lend.call(target).then((client) => new Lease(client, target));
}
