import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/**
 * Puts what we add to a function on a line of its own, and gives that line a place in the source, for stack frames and
 * breakpoints.
 *
 * Coverage tools count a statement or a branch where the line it begins on has a place in the source. Code that
 * the user did not write must not be counted. So its first line maps to nothing, and only this line maps to the source.
 */
export function onOwnLine<T extends ts.Node>(
  { tsInstance }: LowerContext,
  node: T,
  place: ts.TextRange | undefined,
): T {
  startOnNewLine(tsInstance, node);
  return place === undefined ? node : tsInstance.setSourceMapRange(node, place);
}

/** Breaks the line before a node. */
export function startOnNewLine<T extends ts.Node>(tsInstance: typeof ts, node: T): T {
  const { setStartsOnNewLine } = tsInstance as typeof ts & {
    setStartsOnNewLine?: (node: ts.Node, value: boolean) => void; // internal, there since 2.7
  };
  setStartsOnNewLine?.(node, true);
  return node;
}

/** `target.⏎method(…)`: a stack frame of a call stands at the method's name. */
export function createCallOnOwnLine(
  lower: LowerContext,
  target: ts.Expression,
  method: string,
  args: readonly ts.Expression[],
  place: ts.TextRange | undefined,
): ts.CallExpression {
  const access = createAccessOnOwnLine(lower, target, method, place);
  return lower.factory.createCallExpression(access, undefined, args);
}

/** `target.⏎member` */
export function createAccessOnOwnLine(
  lower: LowerContext,
  target: ts.Expression,
  member: string,
  place: ts.TextRange | undefined,
): ts.PropertyAccessExpression {
  const { factory, tsInstance } = lower;
  const name = onOwnLine(lower, factory.createIdentifier(member), place);
  // What the factory makes is marked to stay on one line.
  return tsInstance.setEmitFlags(
    factory.createPropertyAccessExpression(target, name),
    tsInstance.EmitFlags.None,
  );
}

/**
 * `while (condition) leave`, for an `if` whose statement leaves the loop. A debugger stops where a statement begins, and the
 * `if` has no place in the source. Of a loop V8 counts the condition as a statement: a call on a line of its own has a place.
 */
export function createLeavingLoop(
  { factory }: LowerContext,
  condition: ts.Expression,
  leave: ts.Statement,
): ts.Statement {
  return factory.createWhileStatement(condition, leave);
}

/** Gives a brace of a block its place in the source. */
export function placeBrace(
  { tsInstance }: LowerContext,
  block: ts.Block,
  brace: "OpenBraceToken" | "CloseBraceToken",
  place: ts.TextRange | undefined,
): void {
  if (place !== undefined) tsInstance.setTokenSourceMapRange(block, tsInstance.SyntaxKind[brace], place);
}

/**
 * Takes the place of its closing brace from the content of a `try`. A debugger puts a breakpoint on a brace of the source at the
 * first brace that has its place, and what V8 would stop at behind this one is the `catch`: the next is that of the release.
 */
export function hideClosingBrace<T extends ts.Block>({ tsInstance }: LowerContext, block: T): T {
  return tsInstance.setTokenSourceMapRange(block, tsInstance.SyntaxKind.CloseBraceToken, {
    pos: -1,
    end: -1,
  });
}
