import type ts from "typescript";
import type { FunctionNode, ProgramPlan } from "../1-analyze/plan";
import { createAssignment, createDeclaration } from "./create-nodes";
import { addPending, type LowerContext } from "./lower-context";

/** Puts the generator where the plan says; gives what has to stand in the function itself. */
export function hoistProgram(
  lower: LowerContext,
  node: FunctionNode,
  { placement }: ProgramPlan,
  name: ts.Identifier,
  parameters: readonly ts.ParameterDeclaration[],
  body: ts.Block,
): readonly ts.Statement[] {
  const { factory, tsInstance } = lower;
  const star = factory.createToken(tsInstance.SyntaxKind.AsteriskToken);
  const place = <T extends ts.Node>(generator: T): T => {
    if (node.pos >= 0)
      tsInstance.setSourceMapRange(generator, { pos: node.getStart(lower.sourceFile), end: node.end });
    return tsInstance.setEmitFlags(generator, tsInstance.EmitFlags.NoComments);
  };
  if (placement.kind === "static-block") {
    // given:    class Vault { open() { "use raii"; return raii(this.#door()) } }
    // produces: let open_program;
    //           class Vault { static { open_program = function* () { return (yield this.#door()); }; } open() { … } }
    const generator = place(
      factory.createFunctionExpression(undefined, star, undefined, undefined, parameters, undefined, body),
    );
    addPending(lower.staticStatements, placement.class, createAssignment(lower, name, generator));
    const holder = createDeclaration(lower, tsInstance.NodeFlags.Let, [[name]]);
    addPending(lower.hoisted, placement.container, holder);
    return [];
  }
  const generator = place(
    factory.createFunctionDeclaration(undefined, star, name, undefined, parameters, undefined, body),
  );
  if (placement.kind === "inside") return [generator];
  addPending(lower.hoisted, placement.container, generator);
  return [];
}
