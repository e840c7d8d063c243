import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { Scope } from "../../runtime/core/scope.ts";
import type { AsyncAcquirable } from "../../runtime/index.ts";
import { shapeOf, type Trace } from "../runtime/traced.ts";
import { textOf } from "./build-part.ts";

/** How the body of a scope ends: `"cancel"` as that of a generator which its consumer closes. */
export type Way = "return" | "throw" | "cancel";
export const ways: readonly Way[] = ["return", "throw", "cancel"];

/** Acquires all in a scope as the inline lowering does, and leaves it. @returns how that went. */
export function use(resources: readonly unknown[], way: Way, trace: Trace): string {
  const scope = new Scope();
  let isCancelled = false;
  try {
    enterBody(
      resources.map((each) => scope.acquire(each)),
      trace,
    );
    endBody(way);
    isCancelled = way === "cancel";
  } catch (error) {
    scope.fail(error);
  }
  try {
    return scope.exit(isCancelled) ? "suppressed" : "ended";
  } catch (error) {
    return `failed ${JSON.stringify(shapeOf(error))}`;
  }
}

/** The same, awaited. The body waits for what `meanwhile` is a promise of. */
export async function useAsync(
  resources: readonly AsyncAcquirable[],
  way: Way,
  trace: Trace,
  meanwhile?: PromiseLike<unknown>,
): Promise<string> {
  const scope = new AsyncScope();
  let isCancelled = false;
  try {
    const handles: unknown[] = [];
    for (const each of resources) {
      if (scope.request(each) && scope.receive(await scope.awaited)) scope.receive(await scope.awaited);
      handles.push(scope.handle);
    }
    enterBody(handles, trace);
    if (meanwhile !== undefined) await meanwhile;
    endBody(way);
    isCancelled = way === "cancel";
  } catch (error) {
    scope.fail(error);
  }
  while (scope.unwind(isCancelled)) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  try {
    return scope.exit() ? "suppressed" : "ended";
  } catch (error) {
    return `failed ${JSON.stringify(shapeOf(error))}`;
  }
}

function enterBody(handles: readonly unknown[], trace: Trace): void {
  trace.push(`body ${handles.map(textOf).join()}`);
}

function endBody(way: Way): void {
  if (way === "throw") throw "body";
}
