export { cancelOn } from "./cancel/cancel-on.js";
export type { CancelOptions } from "./cancel/cancel-scope.js";
export { deadline } from "./cancel/deadline.js";
export { detached } from "./cancel/detached.js";
export { interruptible } from "./cancel/interruptible.js";
export { shield, type ShieldOptions } from "./cancel/shield.js";
export { signal } from "./cancel/signal.js";
export { all, type AllOptions, type AsyncHandles } from "./combinators/all.js";
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
export type { Derived } from "./compose/derived.js";
export { AsyncExitStack } from "./contextlib/async-exit-stack.js";
export { type Closable, closing, type MethodKey } from "./contextlib/closing.js";
export { contextManager } from "./contextlib/context-manager.js";
export { defer } from "./contextlib/defer.js";
export { ExitStack } from "./contextlib/exit-stack.js";
export { nullContext } from "./contextlib/null-context.js";
export { patch } from "./contextlib/patch.js";
export { reentrant } from "./contextlib/reentrant.js";
export { reusable } from "./contextlib/reusable.js";
export { singleUse } from "./contextlib/single-use.js";
export { type ErrorFilter, suppress } from "./contextlib/suppress.js";
export { type Within, within } from "./contextlib/within.js";
export { acquire } from "./core/acquire.js";
export { acquireAsync } from "./core/acquire-async.js";
export type { AsyncProgram } from "./core/async-driver.js";
export { awaited } from "./core/awaited.js";
export type { Program } from "./core/drive.js";
export type { CancelledExit, Exit, FailedExit, SucceededExit } from "./core/exit.js";
export { resource } from "./core/function-resource.js";
export type { Acquirable, AsyncAcquirable, AsyncHandle, Handle } from "./core/handle.js";
export type { Waiting } from "./core/instructions.js";
export { type Raii, raii, type RaiiCall } from "./core/raii.js";
export { type Acquisition, type AsyncResource, Resource, type Suppressing } from "./core/resource.js";
export { run } from "./core/run.js";
export { runAsync } from "./core/run-async.js";
export { UntransformedError } from "./core/untransformed-error.js";
export { asyncDisposable, type AsyncDisposableHandle } from "./ownership/async-disposable.js";
export { disposable, type DisposableHandle } from "./ownership/disposable.js";
export { type Move, move } from "./ownership/move.js";
export { type MoveAsync, moveAsync } from "./ownership/move-async.js";
export { ClosedError } from "./sharing/closed-error.js";
export { memoize } from "./sharing/memoize.js";
export { type Pool, pool } from "./sharing/pool.js";
export type { PoolOptions } from "./sharing/pool-options.js";
export { shared, type SharedOptions } from "./sharing/shared.js";
export { sharedBy, type SharedMap } from "./sharing/shared-by.js";
export { type Giving, type Swappable, swappable } from "./sharing/swappable.js";

/** @internal What emitted functions use where `signal` stands in a callback. */
export { place, signalIn } from "./cancel/signal.js";
/** @internal What emitted async functions use. */
export { AsyncDriver } from "./core/async-driver.js";
/** @internal What they yield. */
export { leave, request, wait } from "./core/instructions.js";
/** @internal */
export { AsyncIteration } from "./core/async-iteration.js";
/** @internal */
export { AsyncScope } from "./core/async-scope.js";
/** @internal */
export { BlockScope, MaskedScope } from "./core/masked-scope.js";
/** @internal */
export { GeneratorSteps } from "./core/generator-steps.js";
/** @internal What emitted async functions use that have no driver. */
export { begin, end, failedMasked, holdMasked, isScoped, iterated, suspended } from "./core/inline-steps.js";
/** @internal What emitted synchronous functions use. */
export { close, closeLast, collect, failed, hold } from "./core/unrolled.js";
/** @internal What they look for. */
export { acquireKey } from "./core/resource.js";
