import type ts from "typescript";
import type { FunctionNode } from "../syntax/function-node";
import type { Frame } from "./frame";
import type { Captures, Placement } from "./plan-types";

/** A program that has its place. */
interface ProgramInPlace {
  readonly sourceFile: ts.SourceFile;
  readonly node: FunctionNode;
  /** The environment the function stands in, its own parameters left out. */
  readonly frame: Frame;
  readonly captures: Captures;
  readonly isAsync: boolean;
  readonly isHoistedFunction: boolean;
}

/**
 * Keeps a program on the lines of its function, where the text is to keep its lines. What stands behind a whole statement cannot
 * stand on lines in the middle of it. So the generator is written in the function itself, made when it is first called, and
 * kept where it would have stood: by a variable of that container.
 */
export function keepOnLines(program: ProgramInPlace, placement: Placement): Placement {
  const { sourceFile, node, frame, captures, isAsync } = program;
  if (placement.kind !== "beside" && placement.kind !== "static-block") return placement;
  const { container } = placement;
  let isInnermost = true;
  let isHoisted = program.isHoistedFunction;
  // Arrow functions that are handed to the program are made in the function, and share its environment with the generator. So do
  // those that hosts make of async functions, for old targets.
  const { superAssignment, superCall, superProperty } = captures;
  let isOfCall = isAsync || captures.this === "lazy" || superAssignment || superCall || superProperty;
  let current = frame;
  for (
    ;
    current.kind.kind !== "container" || current.kind.container !== container;
    current = current.parent!
  ) {
    const { kind } = current.kind;
    if (kind === "container") isInnermost = isHoisted = false;
    if (kind === "container" || kind === "once" || kind === "repeated") isOfCall = true;
    isHoisted ||= current.isHoistedFunction;
  }
  if (placement.kind === "beside" && isInnermost && endsItsStatement(sourceFile, node, container))
    return placement;
  if (isOfCall && declares(frame, "WeakRef")) return placement;
  const isOfFunction = current.parent === undefined || current.parent.fn !== undefined;
  // A function declaration may be called before the statement in front of which the variable stands.
  if (!isOfFunction && isHoisted) return placement;
  return { kind: "kept", container, isOfFunction, isOfCall };
}

/** Whether what stands behind a function, in its statement, is on the line of its end. */
function endsItsStatement(sourceFile: ts.SourceFile, node: ts.Node, container: ts.Node): boolean {
  const { statements = [container] } = container as Partial<ts.Block>;
  const statement = statements.find(({ pos, end }) => pos <= node.pos && node.end <= end);
  return statement !== undefined && !/[\n\r]/.test(sourceFile.text.slice(node.end, statement.end));
}

function declares(frame: Frame, name: string): boolean {
  for (let current: Frame | undefined = frame; current !== undefined; current = current.parent)
    if (current.names().has(name)) return true;
  return false;
}
