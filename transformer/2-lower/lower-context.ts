import type ts from "typescript";
import type { LoweredPlan, ScopeOwner, SourceFilePlan } from "../1-analyze/plan-types";

/** What stands in for `this`, `arguments`, … in the code of a program whose generator was moved away from them. */
export interface Substitutes {
  /** Called to read `this`; only in an arrow function of a derived constructor. */
  readonly lazyThis?: ts.Identifier;
  readonly arguments?: ts.Identifier;
  readonly newTarget?: ts.Identifier;
  readonly superGet?: ts.Identifier;
  readonly superSet?: ts.Identifier;
  readonly superCall?: ts.Identifier;
}

/** The function whose own code is being lowered; in a program, its arrow functions share what stands in for `this`. */
export interface BodyContext {
  readonly plan: LoweredPlan;
  /** What the function keeps the marker in, where some of its blocks shadow it. */
  readonly markerAlias: ts.Identifier | undefined;
  /** The variables that hold the scopes around the node being visited, the innermost last. */
  readonly scopes: Map<ScopeOwner, ts.Identifier>;
  /** The places where a program waits, by their numbers: see await-places. */
  readonly awaits: ts.TextRange[];
  /** In a generator. */
  readonly suspension: Suspension | undefined;
}

/** The variables by which a generator knows that its consumer has closed it. */
export interface Suspension {
  /** `"running"`, `"suspended"` at a yield, `"closing"`. */
  readonly stage: ts.Identifier;
  /** What it yields, and then what it was sent. */
  readonly sent: ts.Identifier;
  /** In an async generator: where it stands, for cancel scopes. */
  readonly steps: ts.Identifier | undefined;
}

/** A part of the source that a comment tells a coverage tool to leave out. */
export interface IgnoredPart extends ts.TextRange {
  /** The tool's name, as it stands in the comment. */
  readonly tool: string;
}

/** What the lowering of one file shares. `body` and `substitutes` are those of the node being visited. */
export interface LowerContext {
  readonly tsInstance: typeof ts;
  readonly factory: ts.NodeFactory;
  readonly transformation: ts.TransformationContext;
  readonly sourceFile: ts.SourceFile;
  readonly plan: SourceFilePlan;
  /** The code being visited belongs to this function itself: raii in it is lowered. */
  body: BodyContext | undefined;
  /** In force in a program's own code and in arrow functions below it. */
  substitutes: Substitutes;
  /** Programs that wait to be put into a statement list, after the statement with their function, by container. */
  readonly programs: Map<ts.Node, ts.Statement[]>;
  /** Variables that wait to be put into a statement list, before the statement with the class that sets them. */
  readonly holders: Map<ts.Node, ts.Statement[]>;
  /** Programs that wait to be put into a class, after the member with their function. */
  readonly members: Map<ts.Node, ts.ClassElement[]>;
  /** Statements that wait for the static block that a class gets. */
  readonly staticStatements: Map<ts.Node, ts.Statement[]>;
  /** The number of the next name with each base. */
  readonly names: Map<string, number>;
  /** The private names of the file and of what is added to it, each with the number to try next. */
  privateNames: Map<string, number> | undefined;
  /** What comments keep out of coverage; looked for when the first program is placed. */
  ignoredParts: readonly IgnoredPart[] | undefined;
  /** What emitted code reaches the asynchronous runtime by; imported where it is used. */
  namespace: ts.Identifier | undefined;
  /** What holds the cancel scope around the function being visited, which `signal()` in it means. */
  place: ts.Identifier | undefined;
  readonly visit: (node: ts.Node) => ts.VisitResult<ts.Node>;
}

/** Visits with another function in force. */
export function withBody<T>(
  lower: LowerContext,
  body: BodyContext | undefined,
  substitutes: Substitutes,
  visit: () => T,
): T {
  const { body: outerBody, substitutes: outerSubstitutes } = lower;
  lower.body = body;
  lower.substitutes = substitutes;
  try {
    return visit();
  } finally {
    lower.body = outerBody;
    lower.substitutes = outerSubstitutes;
  }
}

/** Adds to what waits for a node. */
export function addPending<T>(pending: Map<ts.Node, T[]>, key: ts.Node, value: T, index = Infinity): void {
  const list = pending.get(key);
  if (list === undefined) pending.set(key, [value]);
  else list.splice(index, 0, value);
}

/** Takes what waits for a node. */
export function takePending<T>(pending: Map<ts.Node, T[]>, key: ts.Node): T[] {
  const list = pending.get(key) ?? [];
  pending.delete(key);
  return list;
}

/** Statements of `container` with what waits for that list around them: variables before, programs after. */
export function withPending(
  { holders, programs }: LowerContext,
  container: ts.Node,
  ...statements: readonly ts.Statement[]
): ts.Statement[] {
  return [...takePending(holders, container), ...statements, ...takePending(programs, container)];
}

/** Visits an expression. */
export function visitExpression(lower: LowerContext, expression: ts.Expression): ts.Expression {
  return lower.tsInstance.visitNode(expression, lower.visit) as ts.Expression;
}
