import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix, TextEdit } from "../diagnostics/finding";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { functionOf, outerExpression, walkCode } from "../syntax/nodes";
import type { FixedFile } from "./fixed-file";
import { importName } from "./import-name";
import { importType } from "./import-type";
import { nodeAt } from "./node-at";

/**
 * `return handle` becomes `return move(handle)`, or `moveAsync`, and what the function says it returns a resource. Where the
 * function returns in one place, and nobody but itself says what it gives.
 */
export function moveReturned({ tsInstance, sourceFile, options, finding, node }: FixedFile): readonly Fix[] {
  if (!tsInstance.isIdentifier(node)) return [];
  const fn = functionOf(tsInstance, node);
  if (!isFunctionNode(tsInstance, fn) || fn.body === undefined || kindOf(tsInstance, fn).isGenerator)
    return [];
  const outer = outerExpression(tsInstance, node);
  if (!tsInstance.isReturnStatement(outer.parent) || !isFree(tsInstance, fn)) return [];
  let returns = 0;
  walkCode(tsInstance, fn.body, (each) => {
    if (isFunctionNode(tsInstance, each)) return false;
    if (tsInstance.isReturnStatement(each)) returns++;
    return true;
  });
  if (returns !== 1) return [];
  // Of what `using` has declared that is the declaration.
  const [acquired] = finding.related ?? [];
  const call = acquired && nodeAt(tsInstance, sourceFile, acquired.start, acquired.length);
  if (call === undefined || !tsInstance.isCallExpression(call)) return [];
  const around = outerExpression(tsInstance, call).parent;
  const isAsync = tsInstance.isAwaitExpression(around);
  const { parent: declaration } = outerExpression(tsInstance, isAsync ? around : call);
  // The very variable: another name for it may be another handle by then.
  if (!tsInstance.isVariableDeclaration(declaration) || declaration.name.getText(sourceFile) !== node.text)
    return [];
  const marker = isAsync ? "moveAsync" : "move";
  const { text, edits } = importName(tsInstance, sourceFile, marker, options.importSource);
  const start = node.getStart(sourceFile);
  return [
    {
      id: "move-handle",
      title: `Hand it over: return ${text}(${node.text})`,
      edits: joined([
        ...edits,
        ...returnedType({ tsInstance, sourceFile, fn, isAsync, importSource: options.importSource }),
        { start, length: 0, text: `${text}(` },
        { start: node.end, length: 0, text: ")" },
      ]),
    },
  ];
}

/** Whether nothing but its own text says what a function gives: no type of a variable or a parameter, no class around it. */
function isFree(tsInstance: typeof ts, fn: FunctionNode): boolean {
  if (tsInstance.isFunctionDeclaration(fn)) return true;
  if (!tsInstance.isArrowFunction(fn) && !tsInstance.isFunctionExpression(fn)) return false;
  const { parent } = outerExpression(tsInstance, fn);
  return tsInstance.isVariableDeclaration(parent) && parent.type === undefined;
}

interface Returned {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly fn: FunctionNode;
  readonly isAsync: boolean;
  readonly importSource: string;
}

/** Makes `Resource<T>` of the type `T` that a function says it returns, in its `Promise<…>` where it is async. */
function returnedType({ tsInstance, sourceFile, fn, isAsync, importSource }: Returned): readonly TextEdit[] {
  const { type } = fn;
  if (type === undefined) return [];
  const inner =
    kindOf(tsInstance, fn).isAsync && tsInstance.isTypeReferenceNode(type) ? type.typeArguments?.[0] : type;
  if (inner === undefined) return [];
  const { text, edits } = importType(
    tsInstance,
    sourceFile,
    isAsync ? "AsyncResource" : "Resource",
    importSource,
  );
  return [
    ...edits,
    { start: inner.getStart(sourceFile), length: 0, text: `${text}<` },
    { start: inner.end, length: 0, text: ">" },
  ];
}

/** Insertions at one place as one, in their order. */
function joined(edits: readonly TextEdit[]): readonly TextEdit[] {
  const at = new Map<number, TextEdit>();
  for (const edit of edits) {
    const before = at.get(edit.start);
    at.set(edit.start, before === undefined ? edit : { ...before, text: before.text + edit.text });
  }
  return [...at.values()];
}
