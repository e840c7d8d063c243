import type ts from "typescript";
import type { Placement, ProgramPlan } from "../1-analyze/plan-types";
import type { FunctionNode } from "../syntax/function-node";
import { copyCoverageHints } from "./coverage-hints";
import { createName } from "./create-name";
import { createAssignment, createDeclaration } from "./create-nodes";
import { createPrivateName } from "./create-private-name";
import { addPending, type LowerContext } from "./lower-context";
import { startOnNewLine } from "./map-to-own-line";

/** The program of a function, whose code has not been lowered yet. */
export interface HoistedProgram {
  /** What calls it. */
  readonly callee: ts.Expression;
  /** Puts the generator where the plan says; gives what has to stand in the function itself. */
  readonly place: (parameters: readonly ts.ParameterDeclaration[], body: ts.Block) => readonly ts.Statement[];
}

// given:    function copy() { "use raii"; … }
// produces: function copy() { … } function* copy_program() { … }
//
// given:    class Vault { open() { "use raii"; return raii(this.#door()); } }
// produces: class Vault { open() { … } static *#open_program() { return (yield this.#door()); } }
//
// given:    (class { open() { "use raii"; return raii(this.#door()); } })
// produces: let open_program;
//           (class { static { open_program = function* () { return (yield this.#door()); }; } open() { … } })
//
// The program stands after its function and after the program around it. Where two pieces of code map to the same lines,
// coverage tools believe the later one. A function declaration is there from the beginning of its block, and a
// method from that of its class.
export function hoistProgram(
  lower: LowerContext,
  node: FunctionNode,
  { name: base, placement }: ProgramPlan,
): HoistedProgram {
  const { factory, tsInstance } = lower;
  const star = factory.createToken(tsInstance.SyntaxKind.AsteriskToken);
  const index = waitingFor(lower, placement)?.length ?? 0;
  const at = <T extends ts.Node>(generator: T): T => {
    if (node.pos >= 0)
      tsInstance.setSourceMapRange(generator, { pos: beginningOf(lower, node), end: node.end });
    const { EmitFlags } = tsInstance;
    return tsInstance.setEmitFlags(generator, EmitFlags.NoComments | EmitFlags.NoTrailingSourceMap);
  };

  if (placement.kind === "private-method") {
    const name = createPrivateName(lower, `${base}_program`);
    const modifiers = [factory.createToken(tsInstance.SyntaxKind.StaticKeyword)];
    const className = factory.createIdentifier(placement.className);
    return {
      callee: factory.createPropertyAccessExpression(className, name),
      place(parameters, body) {
        const method = factory.createMethodDeclaration(
          modifiers,
          star,
          name,
          undefined,
          undefined,
          parameters,
          undefined,
          body,
        );
        // Istanbul counts the statements of a private method, but does not read what stands before it.
        copyCoverageHints(lower, node, [method, ...body.statements], placement.class);
        addPending(lower.members, placement.class, at(method), index);
        return [];
      },
    };
  }

  const name = createName(lower, `${base}_program`, "plain");
  // Istanbul treats functions whose names map to the same place as one function.
  const isNamed = tsInstance.isFunctionDeclaration(node) || tsInstance.isFunctionExpression(node);
  if (isNamed && node.name !== undefined) tsInstance.setSourceMapRange(name, node.name);
  return {
    callee: name,
    place(parameters, body) {
      if (placement.kind === "static-block") {
        const generator = factory.createFunctionExpression(
          undefined,
          star,
          undefined,
          undefined,
          parameters,
          undefined,
          body,
        );
        const statement = createAssignment(lower, name, startOnNewLine(tsInstance, at(generator)));
        copyCoverageHints(lower, node, [statement], placement.class);
        addPending(lower.staticStatements, placement.class, statement, index);
        const holder = createDeclaration(lower, tsInstance.NodeFlags.Let, [[name]]);
        addPending(lower.holders, placement.container, holder);
        return [];
      }
      const generator = at(
        factory.createFunctionDeclaration(undefined, star, name, undefined, parameters, undefined, body),
      );
      if (placement.kind === "inside") return [generator];
      copyCoverageHints(lower, node, [generator], placement.container);
      addPending(lower.programs, placement.container, generator, index);
      return [];
    },
  };
}

/** Where V8 says that a function begins: a declaration at its keyword, after `export`. */
function beginningOf({ sourceFile, tsInstance }: LowerContext, node: FunctionNode): number {
  const { AsyncKeyword } = tsInstance.SyntaxKind;
  const last = tsInstance.isFunctionDeclaration(node)
    ? node.modifiers?.findLast(({ kind }) => kind !== AsyncKeyword)
    : undefined;
  // The emitter skips the space after it.
  return last === undefined || last.end < 0 ? node.getStart(sourceFile) : last.end;
}

/** What waits already for the place of a program. */
function waitingFor(lower: LowerContext, placement: Placement): readonly ts.Node[] | undefined {
  switch (placement.kind) {
    case "beside":
      return lower.programs.get(placement.container);
    case "private-method":
      return lower.members.get(placement.class);
    case "static-block":
      return lower.staticStatements.get(placement.class);
    case "inside":
      return undefined;
  }
}
