import type ts from "typescript";
import { insertAwait } from "../../fixes/insert-await";
import type { Held } from "../../flow/held";
import { isReleasedByOwner } from "../../flow/released-by-owner";
import { shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";
import { relatedTo } from "./related";

/** How several promises come to be left behind: one of them has failed, or the fastest was all that was awaited. */
export type LeftBehind = "failed" | "raced";

/**
 * Reports that a promise outlives a handle.
 *
 * @param isAsync whether the function can await it.
 * @param others it is one of several, and another is awaited.
 */
export function reportOutlives(
  file: TypedFile,
  held: Held,
  at: ts.Expression,
  isAsync: boolean,
  others?: LeftBehind,
): void {
  const { tsInstance, flow, sourceFile } = file;
  if (isReleasedByOwner(tsInstance, flow, held)) return;
  const text = `"${shortText(sourceFile, at)}"`;
  const related = relatedTo(file, held);
  const isEach = flow.promises.startsEach(at);
  const kind = others ?? (isEach ? "each" : flow.promises.isList(at) ? "list" : "one");
  const { what, help } = wordsFor(text, isAsync, kind);
  file.report({
    key: "escape-by-promise",
    node: at,
    args: [what, held.name, help],
    related,
    ...(others === undefined && isAsync && mayBeAwaited(file, at) && { fix: insertAwait(file, at) }),
    // All are settled before the scope ends where none fails.
    ...(others === "failed" && { severity: "suggestion" }),
  });
}

function wordsFor(
  text: string,
  isAsync: boolean,
  kind: LeftBehind | "each" | "list" | "one",
): { readonly what: string; readonly help: string } {
  const andAsync = isAsync ? "" : ", and make the function async";
  switch (kind) {
    case "one":
      return { what: `The promise ${text}`, help: `Await the promise in this scope${andAsync}` };
    case "list":
      return {
        what: `What the promises in ${text} do`,
        help: `Await all of them in this scope, by Promise.allSettled(…): to await the list awaits none${andAsync}`,
      };
    case "each":
      return {
        what: `What ${text} begins`,
        help: `Write a loop that awaits: for (const each of list) await …${andAsync}`,
      };
    case "failed":
      return {
        what: `When one promise of ${text} is rejected, what another does`,
        help: "Wait for all of them: await Promise.allSettled(…), or await one after the other",
      };
    case "raced":
      return {
        what: `When one promise of ${text} is settled, what another does`,
        help: "Keep the promises, and await all of them before the scope ends",
      };
  }
}

/** Whether to write `await` before it awaits the work, and leaves a value of the type that is asked for. */
function mayBeAwaited({ checker, flow }: TypedFile, at: ts.Expression): boolean {
  if (flow.promises.isList(at) || flow.promises.startsEach(at)) return false;
  const wanted = checker.getContextualType(at);
  const given = checker.getAwaitedType(flow.types.typeOf(at));
  return wanted === undefined || given === undefined || checker.isTypeAssignableTo(given, wanted);
}
