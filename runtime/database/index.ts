export { advisoryLock, type AdvisoryLockOptions } from "./advisory-lock.js";
export { AdvisoryLockError, type AdvisoryLockFailure, type AdvisoryLockKey } from "./advisory-lock-error.js";
export type { ParameterClient } from "./advisory-lock-wait.js";
export type {
  ClientOf,
  DatabaseClient,
  DatabasePool,
  NoPool,
  PooledClient,
  SyncDatabaseClient,
} from "./client.js";
export { isSerializationFailure } from "./sql-state.js";
export { transaction } from "./transaction.js";
export { TransactionError, type TransactionOutcome } from "./transaction-error.js";
export type { Isolation, SyncTransactionOptions, TransactionOptions } from "./transaction-options.js";
export { transactionSync } from "./transaction-sync.js";
export { withTransaction, type WithTransactionOptions } from "./with-transaction.js";
