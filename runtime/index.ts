export { acquire } from "./acquire.js";
export { acquireAsync } from "./acquire-async.js";
export type { AsyncProgram, Waiting } from "./async-driver.js";
export { awaited } from "./awaited.js";
export { all, type AllOptions, type AsyncHandles } from "./combinators/all.js";
export type { Derived } from "./combinators/derived.js";
export { flatMap } from "./combinators/flat-map.js";
export { map } from "./combinators/map.js";
export { onExit } from "./combinators/on-exit.js";
export { race } from "./combinators/race.js";
export { recover } from "./combinators/recover.js";
export { retry, type RetryLimit, type RetryPolicy } from "./combinators/retry.js";
export { RetryError } from "./combinators/retry-error.js";
export { tap } from "./combinators/tap.js";
export { TimeoutError, type TimeoutPhase } from "./combinators/timeout-error.js";
export { type Timeouts, withTimeout } from "./combinators/with-timeout.js";
export { contextManager } from "./context-manager.js";
export { AsyncExitStack } from "./contextlib/async-exit-stack.js";
export { type Closable, closing, type MethodKey } from "./contextlib/closing.js";
export { defer } from "./contextlib/defer.js";
export { ExitStack } from "./contextlib/exit-stack.js";
export { nullContext } from "./contextlib/null-context.js";
export { patch } from "./contextlib/patch.js";
export { reentrant } from "./contextlib/reentrant.js";
export { reusable } from "./contextlib/reusable.js";
export { singleUse } from "./contextlib/single-use.js";
export { type ErrorFilter, suppress } from "./contextlib/suppress.js";
export { type Within, within } from "./contextlib/within.js";
export type { Program } from "./drive.js";
export type { CancelledExit, Exit, FailedExit, SucceededExit } from "./exit.js";
export { resource } from "./function-resource.js";
export type { Acquirable, AsyncAcquirable, AsyncHandle, Handle } from "./handle.js";
export { type Move, move } from "./ownership/move.js";
export { type MoveAsync, moveAsync } from "./ownership/move-async.js";
export { type Raii, raii } from "./raii.js";
export { type Acquisition, type AsyncResource, Resource } from "./resource.js";
export { run } from "./run.js";
export { runAsync } from "./run-async.js";
export { UntransformedError } from "./untransformed-error.js";

/** @internal What emitted async functions use. */
export { AsyncDriver, leave, request, wait } from "./async-driver.js";
/** @internal */
export { AsyncIteration } from "./async-iteration.js";
/** @internal */
export { AsyncScope } from "./async-scope.js";
