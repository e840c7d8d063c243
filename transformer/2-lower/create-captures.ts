import type ts from "typescript";
import type { ProgramPlan } from "../1-analyze/plan-types";
import type { FunctionNode } from "../syntax/function-node";
import { copyName } from "./copy-name";
import { createName } from "./create-name";
import { createArrow } from "./create-nodes";
import type { LowerContext, Substitutes } from "./lower-context";
import { createSuperGet, createSuperSet } from "./lower-super";

/** One thing handed to a program besides the function's own arguments. */
export interface Captured {
  readonly parameter: ts.Identifier;
  readonly argument: ts.Expression;
}

/** What the body refers to that a generator function elsewhere would not find, as further parameters of it. */
export function createCaptures(
  lower: LowerContext,
  node: FunctionNode,
  { captures, constants }: ProgramPlan,
): { readonly captured: readonly Captured[]; readonly substitutes: Substitutes } {
  const { factory, tsInstance } = lower;
  // An arrow function shares `this` and its like with the code around it, which may itself have been moved.
  const outer = tsInstance.isArrowFunction(node) ? lower.substitutes : {};
  const captured: Captured[] = [];
  const substitutes: { -readonly [Key in keyof Substitutes]: Substitutes[Key] } = {};
  const capture = (key: keyof Substitutes, createArgument: () => ts.Expression): void => {
    const parameter = createName(lower, key);
    captured.push({ parameter, argument: outer[key] ?? createArgument() });
    substitutes[key] = parameter;
  };

  for (const constant of constants) {
    captured.push({
      parameter: factory.createIdentifier(constant),
      argument: factory.createIdentifier(constant),
    });
  }
  if (captures.self !== undefined) {
    captured.push({ parameter: copyName(lower, captures.self), argument: copyName(lower, captures.self) });
  }
  if (captures.this === "lazy") capture("lazyThis", () => createArrow(lower, [], factory.createThis()));
  // With the original's identity: where async functions are compiled away, the compiler asks whose `arguments` it is.
  const { arguments: mentioned } = captures;
  if (mentioned) capture("arguments", () => copyName(lower, mentioned));
  if (captures.newTarget) {
    capture("newTarget", () =>
      factory.createMetaProperty(tsInstance.SyntaxKind.NewKeyword, factory.createIdentifier("target")),
    );
  }
  if (captures.superProperty) capture("superGet", () => createSuperGet(lower));
  if (captures.superAssignment) capture("superSet", () => createSuperSet(lower));
  if (captures.superCall) capture("superCall", () => createSuperCall(lower));
  return { captured, substitutes };
}

/** `(...args) => super(...args)` */
function createSuperCall(lower: LowerContext): ts.Expression {
  const { factory, tsInstance } = lower;
  const args = createName(lower, "args");
  const rest = factory.createToken(tsInstance.SyntaxKind.DotDotDotToken);
  const parameter = factory.createParameterDeclaration(undefined, rest, args);
  const call = factory.createCallExpression(factory.createSuper(), undefined, [
    factory.createSpreadElement(args),
  ]);
  return factory.createArrowFunction(undefined, undefined, [parameter], undefined, undefined, call);
}
