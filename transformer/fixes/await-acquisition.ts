import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix } from "../diagnostics/finding";
import { isFunctionNode } from "../syntax/function-node";
import { functionOf } from "../syntax/nodes";
import type { FixedFile } from "./fixed-file";
import { awaitEdits, insertAwait } from "./insert-await";
import { makeAsync } from "./make-async";

/** Writes `await` before what must be awaited, in a function that becomes async if it is not. */
export function awaitInAsyncFunction(file: FixedFile): readonly Fix[] {
  const { tsInstance, sourceFile, node, finding } = file;
  if (finding.fix !== undefined) return moved(file) ?? [];
  if (givesMany(tsInstance, node)) return [];
  const fn = functionOf(tsInstance, node);
  if (!isFunctionNode(tsInstance, fn)) return [];
  const edits = makeAsync(tsInstance, sourceFile, fn);
  if (edits === undefined) return [];
  const title = "Make the function async, and insert await";
  return [{ id: "await-in-async", title, edits: [...edits, ...awaitEdits(file, node)] }];
}

/** `ids.map(load)`, `[load(a), load(b)]`: to await a list awaits none of its promises. */
function givesMany(tsInstance: typeof ts, node: ts.Node): boolean {
  if (tsInstance.isArrayLiteralExpression(node)) return true;
  if (!tsInstance.isCallExpression(node) || !tsInstance.isPropertyAccessExpression(node.expression))
    return false;
  return /^(?:map|flatMap|filter|forEach|from)$/.test(node.expression.name.text);
}

/** An `await` that stands in a function that is not async: either goes. */
export function asyncOrNoAwait({ tsInstance, sourceFile, node }: FixedFile): readonly Fix[] {
  const fixes: Fix[] = [];
  const fn = functionOf(tsInstance, node);
  const edits = isFunctionNode(tsInstance, fn) ? makeAsync(tsInstance, sourceFile, fn) : undefined;
  if (edits !== undefined) fixes.push({ id: "make-async", title: "Make the function async", edits });
  const { parent } = node;
  if (tsInstance.isAwaitExpression(parent)) {
    const start = parent.getStart(sourceFile);
    const length = parent.expression.getStart(sourceFile) - start;
    fixes.push({
      id: "remove-await",
      title: "Acquire synchronously, without await",
      edits: [{ start, length, text: "" }],
    });
  }
  return fixes;
}

/** `raii(x).then(…)`, `Promise.all([raii(x)])`: the acquisition itself is what must be awaited. */
export function awaitFirst(file: FixedFile): readonly Fix[] {
  const { tsInstance, node } = file;
  const fn = functionOf(tsInstance, node);
  if (!isFunctionNode(tsInstance, fn) || !kindOf(tsInstance, fn).isAsync) return [];
  return [insertAwait(file, node)];
}

/** `raii(await x)` becomes `await raii(x)`. */
function moved({ tsInstance, sourceFile, node, finding }: FixedFile): readonly Fix[] | undefined {
  if (finding.key !== "await-missing" || !tsInstance.isCallExpression(node)) return undefined;
  const [argument] = node.arguments;
  if (argument === undefined || !tsInstance.isAwaitExpression(argument)) return undefined;
  const start = argument.getStart(sourceFile);
  const removal = { start, length: argument.expression.getStart(sourceFile) - start, text: "" };
  const insertion = { start: node.getStart(sourceFile), length: 0, text: "await " };
  return [{ id: "move-await", title: "Move await before it", edits: [insertion, removal] }];
}
