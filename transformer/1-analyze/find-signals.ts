import type ts from "typescript";
import { memberName } from "../syntax/member-name";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { type Frame, isTopLevelName } from "./frame";
import type { FunctionRecord } from "./plan-function";
import type { FunctionPlan, SourceFilePlan } from "./plan-types";

/** A call of `signal()`, and the function it stands in. */
export interface SignalCall {
  readonly node: ts.CallExpression;
  readonly code: FunctionRecord;
}

/** The local names by which a file reaches `signal`. */
export interface SignalBindings {
  readonly named: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** Finds the import bindings of `signal`. @param namespaces those of the markers. */
export function findSignalBindings(
  tsInstance: typeof ts,
  { statements }: ts.SourceFile,
  importSource: string,
  namespaces: ReadonlySet<string>,
): SignalBindings {
  const named = new Set<string>();
  for (const statement of statements) {
    if (!tsInstance.isImportDeclaration(statement)) continue;
    const { moduleSpecifier, importClause } = statement;
    if (!tsInstance.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== importSource) continue;
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !tsInstance.isNamedImports(bindings)) continue;
    for (const { propertyName, name } of bindings.elements)
      if ((propertyName ?? name).text === "signal") named.add(name.text);
  }
  return { named, namespaces };
}

/** Whether a call in `frame` is one of `signal`: by its import, and nothing on the way out shadows that. */
export function isSignalCall(
  tsInstance: typeof ts,
  { named, namespaces }: SignalBindings,
  { expression }: ts.CallExpression,
  frame: Frame,
): boolean {
  const callee = skipOuterExpressions(tsInstance, expression);
  if (tsInstance.isIdentifier(callee)) return named.has(callee.text) && isTopLevelName(frame, callee.text);
  if (namespaces.size === 0 || memberName(tsInstance, callee) !== "signal") return false;
  const object = skipOuterExpressions(tsInstance, (callee as ts.AccessExpression).expression);
  return tsInstance.isIdentifier(object) && namespaces.has(object.text) && isTopLevelName(frame, object.text);
}

/** Of the calls, those that are made when nothing tells which cancel scope is meant but where they stand. */
export function planSignals(
  calls: readonly SignalCall[],
  functions: ReadonlyMap<ts.Node, FunctionPlan>,
): Pick<SourceFilePlan, "signals" | "signalled"> {
  const signals = new Set<ts.Node>();
  const signalled = new Map<ts.Node, ts.Node>();
  for (const { node, code } of calls) {
    let inner = code;
    if (functions.has(inner.node)) continue;
    while (inner.outer !== undefined && !functions.has(inner.outer.node)) inner = inner.outer;
    const plan = inner.outer && functions.get(inner.outer.node);
    if (plan === undefined || plan.kind === "reject" || !plan.isAsync) continue;
    let frame: Frame | undefined = inner.frame;
    while (frame !== undefined && frame.kind.kind !== "container") frame = frame.parent;
    if (frame?.kind.kind !== "container") continue;
    signals.add(node);
    signalled.set(inner.node, frame.kind.container);
  }
  return { signals, signalled };
}
