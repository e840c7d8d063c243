import type ts from "typescript";
import type { FunctionNode } from "../syntax/function-node";
import { markerEntries, type MarkerName } from "./markers";
import { type FunctionRecord, kindOf } from "./plan-function";

/** What is wrong with a call of a marker itself, wherever it stands. */
export function obstaclesOf(
  tsInstance: typeof ts,
  call: ts.CallExpression,
  name: MarkerName,
  isAwaited: boolean,
  fn: FunctionNode,
): FunctionRecord["obstacles"] {
  const count = call.arguments.length;
  const isSpread = call.arguments.some(tsInstance.isSpreadElement);
  if (count !== 1 || isSpread)
    return [
      {
        key: "raii-arguments",
        node: call,
        args: [name, markerEntries[name].takes, isSpread ? "a spread" : String(count)],
      },
    ];
  const isMisplaced = isAwaited && !kindOf(tsInstance, fn).isAsync;
  return isMisplaced ? [{ key: "await-raii-in-sync-function", node: call, args: [] }] : [];
}
