import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix } from "../diagnostics/finding";
import type { Allocation } from "../flow/allocations";
import type { Flow } from "../flow/flow";
import { isFunctionNode } from "../syntax/function-node";
import { functionOf } from "../syntax/nodes";
import { freeName } from "./free-name";

interface File {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly flow: Flow;
  readonly withoutRaii: boolean;
}

/**
 * Declares by `using` what is dropped, or only kept in a constant.
 *
 * @returns `undefined` in code that has raii, outside of blocks, and where the release is to be awaited and cannot be.
 */
export function declareByUsing(
  { tsInstance, sourceFile, flow, withoutRaii }: File,
  { expression, creation, type, constant }: Allocation,
): Fix | undefined {
  if (!withoutRaii) return undefined;
  const fn = functionOf(tsInstance, expression);
  const isAsync = !flow.types.kindsOf(type).has("sync") && !flow.types.kindsOf(type).has("both");
  const canAwait = isFunctionNode(tsInstance, fn) && kindOf(tsInstance, fn).isAsync;
  if (isAsync && !canAwait) return undefined;
  const statement = constant === undefined ? expression.parent : expression.parent.parent.parent;
  if (!tsInstance.isBlock(statement.parent)) return undefined;
  const keyword = isAsync ? "await using" : "using";
  const start = statement.getStart(sourceFile);
  // What it is about may be meant to live on, as a server does.
  const fix = { id: "declare-by-using", title: `Declare it by ${keyword}`, needsDecision: true } as const;
  if (constant === undefined) {
    // What stands in a condition is no statement.
    if (!tsInstance.isExpressionStatement(statement) || creation.pos < 0) return undefined;
    const text = `${keyword} ${freeName(sourceFile, "_held")} = `;
    return { ...fix, edits: [{ start, length: 0, text }] };
  }
  if (!tsInstance.isVariableStatement(statement)) return undefined;
  const [declaration, ...others] = statement.declarationList.declarations;
  if (declaration === undefined || others.length > 0) return undefined;
  // A `let` may have another value later, a `using` not.
  const symbol = flow.variables.symbolOf(constant);
  if (symbol === undefined || flow.variables.writesTo(symbol).length > 1) return undefined;
  const length = declaration.name.getStart(sourceFile) - start;
  return { ...fix, edits: [{ start, length, text: `${keyword} ` }] };
}
