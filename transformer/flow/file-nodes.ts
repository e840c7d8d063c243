import type ts from "typescript";
import { isReference, walkCode } from "../syntax/nodes";

/** What the rules look for in a file, each kind in the order of the text; found in one walk. */
export interface FileNodes {
  /** Every mention of a variable, by its name; the names in declarations are none. */
  readonly mentions: ReadonlyMap<string, readonly ts.Identifier[]>;
  readonly calls: readonly ts.CallExpression[];
  readonly tagged: readonly ts.TaggedTemplateExpression[];
  readonly creations: readonly ts.NewExpression[];
  /** `a = b`, `a ??= b`, `a ||= b`, `a &&= b`: those that hand on the value. */
  readonly assignments: readonly ts.BinaryExpression[];
  readonly exits: readonly (ts.ReturnStatement | ts.ThrowStatement)[];
  /** All that leaves a way: the exits, `break` and `continue`. */
  readonly jumps: readonly ts.Statement[];
  readonly statements: readonly ts.ExpressionStatement[];
  readonly declarations: readonly ts.VariableDeclaration[];
  readonly arrows: readonly ts.ArrowFunction[];
  readonly spreads: readonly ts.SpreadElement[];
  readonly awaits: readonly ts.AwaitExpression[];
  readonly yields: readonly ts.YieldExpression[];
  readonly members: readonly ts.PropertyAccessExpression[];
  /** What becomes part of a text: in a template, or as a name or a call beside a `+`. */
  readonly parts: readonly ts.Expression[];
}

export function findNodes(tsInstance: typeof ts, sourceFile: ts.SourceFile): FileNodes {
  const { SyntaxKind } = tsInstance;
  const mentions = new Map<string, ts.Identifier[]>();
  const calls: ts.CallExpression[] = [];
  const tagged: ts.TaggedTemplateExpression[] = [];
  const creations: ts.NewExpression[] = [];
  const assignments: ts.BinaryExpression[] = [];
  const exits: (ts.ReturnStatement | ts.ThrowStatement)[] = [];
  const jumps: ts.Statement[] = [];
  const statements: ts.ExpressionStatement[] = [];
  const declarations: ts.VariableDeclaration[] = [];
  const members: ts.PropertyAccessExpression[] = [];
  const arrows: ts.ArrowFunction[] = [];
  const spreads: ts.SpreadElement[] = [];
  const awaits: ts.AwaitExpression[] = [];
  const yields: ts.YieldExpression[] = [];
  const parts: ts.Expression[] = [];
  walkCode(tsInstance, sourceFile, (node) => {
    switch (node.kind) {
      case SyntaxKind.Identifier: {
        const identifier = node as ts.Identifier;
        if (!isReference(tsInstance, identifier)) return;
        const known = mentions.get(identifier.text);
        if (known === undefined) mentions.set(identifier.text, [identifier]);
        else known.push(identifier);
        return;
      }
      case SyntaxKind.CallExpression:
        return void calls.push(node as ts.CallExpression);
      case SyntaxKind.TaggedTemplateExpression:
        return void tagged.push(node as ts.TaggedTemplateExpression);
      case SyntaxKind.NewExpression:
        return void creations.push(node as ts.NewExpression);
      case SyntaxKind.BinaryExpression: {
        const { left, operatorToken, right } = node as ts.BinaryExpression;
        if (assignsValue(tsInstance, operatorToken.kind)) assignments.push(node as ts.BinaryExpression);
        else if (operatorToken.kind === SyntaxKind.PlusToken)
          for (const side of [left, right])
            if (tsInstance.isIdentifier(side) || tsInstance.isCallExpression(side)) parts.push(side);
        return;
      }
      case SyntaxKind.ReturnStatement:
      case SyntaxKind.ThrowStatement:
        exits.push(node as ts.ReturnStatement | ts.ThrowStatement);
        return void jumps.push(node as ts.Statement);
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
        return void jumps.push(node as ts.Statement);
      case SyntaxKind.ExpressionStatement:
        return void statements.push(node as ts.ExpressionStatement);
      case SyntaxKind.VariableDeclaration:
        return void declarations.push(node as ts.VariableDeclaration);
      case SyntaxKind.PropertyAccessExpression:
        return void members.push(node as ts.PropertyAccessExpression);
      case SyntaxKind.ArrowFunction:
        return void arrows.push(node as ts.ArrowFunction);
      case SyntaxKind.SpreadElement:
        return void spreads.push(node as ts.SpreadElement);
      case SyntaxKind.AwaitExpression:
        return void awaits.push(node as ts.AwaitExpression);
      case SyntaxKind.YieldExpression:
        return void yields.push(node as ts.YieldExpression);
      case SyntaxKind.TemplateSpan:
        return void parts.push((node as ts.TemplateSpan).expression);
    }
  });
  return {
    mentions,
    calls,
    tagged,
    creations,
    assignments,
    exits,
    jumps,
    statements,
    declarations,
    arrows,
    spreads,
    awaits,
    yields,
    members,
    parts,
  };
}

/** Whether an assignment hands on the value itself, and nothing that is computed from it: `a = b`, `a ??= b`, … */
export function assignsValue({ SyntaxKind }: typeof ts, operator: ts.SyntaxKind): boolean {
  return (
    operator === SyntaxKind.EqualsToken ||
    operator === SyntaxKind.QuestionQuestionEqualsToken ||
    operator === SyntaxKind.BarBarEqualsToken ||
    operator === SyntaxKind.AmpersandAmpersandEqualsToken
  );
}

/** Those of a list, which is in the order of the text, that stand in a node. */
export function within<N extends ts.Node>(list: readonly N[], { pos, end }: ts.Node): readonly N[] {
  const found: N[] = [];
  for (let index = firstFrom(list, pos); index < list.length && list[index]!.pos < end; index++)
    if (list[index]!.end <= end) found.push(list[index]!);
  return found;
}

/** The index of the first that begins at a position or after it. */
export function firstFrom(list: readonly ts.Node[], pos: number): number {
  let first = 0;
  for (let step = list.length; step > 0;) {
    const half = step >> 1;
    if (list[first + half]!.pos < pos) {
      first += half + 1;
      step -= half + 1;
    } else step = half;
  }
  return first;
}
