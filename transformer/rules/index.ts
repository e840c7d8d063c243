import { acquiredTwice } from "./acquired-twice";
import { annotatedWithoutRaii } from "./annotated-without-raii";
import { awaitMissing } from "./await-missing";
import { awaitNeedless } from "./await-needless";
import { blockTooShort } from "./block-too-short";
import { directiveDuplicated } from "./directive-duplicated";
import { disposeReturnsPromise } from "./dispose-returns-promise";
import { escape } from "./escape";
import { escapeByCallback } from "./escape-by-callback";
import { escapeByPromise } from "./escape-by-promise";
import { escapeByStoring } from "./escape-by-storing";
import { escapeByYield } from "./escape-by-yield";
import { escapeUnderLock } from "./escape-under-lock";
import { escapeUnsettled } from "./escape-unsettled";
import { forgotten } from "./forgotten";
import { forgottenDisposable } from "./forgotten-disposable";
import { forgottenInClass } from "./forgotten-in-class";
import { lockOrder } from "./lock-order";
import { moveNotAsync } from "./move-not-async";
import { moveNotHeld } from "./move-not-held";
import { movedTwice } from "./moved-twice";
import { mustDispose } from "./must-dispose";
import { notAResource } from "./not-a-resource";
import { outsideTransaction } from "./outside-transaction";
import { parallelSavepoints } from "./parallel-savepoints";
import { raiiAsValue } from "./raii-as-value";
import { raiiByRequire } from "./raii-by-require";
import { raiiNotAwaited } from "./raii-not-awaited";
import { raiiReExported } from "./raii-re-exported";
import { resourceAsHandle } from "./resource-as-handle";
import { inOrder, type Rule } from "./rule";
import { suppression } from "./suppression";
import { unassignedAfterSuppression } from "./unassigned-after-suppression";
import { useAfterRelease } from "./use-after-release";

/**
 * Every rule, in the order they run in. What keeps a function from being compiled is not among them: the analysis
 * reports that.
 *
 * To add one: a file here, its keys in `diagnostics/table.ts`, and a folder for each key in `fixtures/error`.
 */
export const rules: readonly Rule[] = inOrder([
  annotatedWithoutRaii,
  directiveDuplicated,
  raiiAsValue,
  raiiByRequire,
  raiiReExported,
  raiiNotAwaited,
  escape,
  escapeByStoring,
  escapeByYield,
  escapeByCallback,
  escapeByPromise,
  escapeUnsettled,
  escapeUnderLock,
  useAfterRelease,
  acquiredTwice,
  blockTooShort,
  forgotten,
  forgottenInClass,
  mustDispose,
  forgottenDisposable,
  resourceAsHandle,
  awaitMissing,
  awaitNeedless,
  notAResource,
  disposeReturnsPromise,
  suppression,
  unassignedAfterSuppression,
  moveNotHeld,
  movedTwice,
  moveNotAsync,
  lockOrder,
  outsideTransaction,
  parallelSavepoints,
]);
