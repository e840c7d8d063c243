import type ts from "typescript";
import type { ScopeOwner } from "../1-analyze/plan";
import { createConst, createMarker, createMethodCall } from "./create-runtime-calls";
import { type LowerContext, type ProgramContext, takePending, visitExpression } from "./lower-context";
import { copyPosition, createAcquisition, withoutParentheses } from "./lower-acquisition";

/** Whether anything in the program being lowered is acquired in the scope of `owner`. */
export function ownsScope({ program }: LowerContext, owner: ts.Node): boolean {
  return program !== undefined && program.plan.scopeOwners.has(owner as ts.Statement);
}

// given:    {
//             const file = raii(open(path));
//             file.read();
//           }
// produces: {
//             const scope_1 = raii.scope();
//             leave_1: try {
//               const file = yield scope_1.take(open(path));
//               file.read();
//             }
//             catch (error_1) { scope_1.fail(error_1); }
//             finally { if (scope_1.exit()) break leave_1; }
//           }
//
// The whole content moves into the `try`, so that everything declared in it stays together. The `break` drops whatever
// the body was about to do (return, continue, …) when a release has suppressed a failure (S5).
export function lowerScope(
  lower: LowerContext,
  program: ProgramContext,
  owner: Exclude<ScopeOwner, "function">,
  lowerContent: () => readonly ts.Statement[],
): ts.Block {
  const { factory, tsInstance } = lower;
  const scope = factory.createUniqueName("scope");
  const leave = factory.createUniqueName("leave");
  const error = factory.createUniqueName("error");
  const marker = program.markerAlias ?? createMarker(lower, program.plan.marker);
  program.scopes.set(owner, scope);

  const atEnd = <T extends ts.Node>(node: T): T =>
    owner.end < 0 ? node : tsInstance.setSourceMapRange(node, { pos: owner.end - 1, end: owner.end });
  const content = factory.createBlock(lowerContent(), true);
  const fail = factory.createExpressionStatement(createMethodCall(lower, scope, "fail", [error]));
  const exit = factory.createIfStatement(
    atEnd(createMethodCall(lower, scope, "exit", [])),
    factory.createBreakStatement(leave),
  );
  const attempt = factory.createTryStatement(
    content,
    factory.createCatchClause(error, factory.createBlock([fail])),
    factory.createBlock([atEnd(exit)]),
  );
  const block = factory.createBlock(
    [
      createConst(lower, scope, createMethodCall(lower, marker, "scope", [])),
      factory.createLabeledStatement(leave, attempt),
    ],
    true,
  );
  if (tsInstance.isBlock(owner)) {
    // The content has the place of the block (its last comments hang on that), and the comments around are the outer's.
    copyPosition(lower, content, owner);
    tsInstance.setEmitFlags(content, tsInstance.EmitFlags.NoComments);
    tsInstance.setCommentRange(block, owner);
  }
  return block;
}

// given:    for (using file of files) body
// produces: for (const file_1 of files) {
//             const scope_1 = raii.scope();
//             leave_1: try { const file = yield scope_1.take(file_1); body } …
//           }
export function lowerForOfUsing(
  lower: LowerContext,
  program: ProgramContext,
  node: ts.ForOfStatement,
  list: ts.VariableDeclarationList,
): ts.Statement {
  const { factory, tsInstance } = lower;
  const declaration = list.declarations[0]!;
  const value = factory.createUniqueName(
    tsInstance.isIdentifier(declaration.name) ? declaration.name.text : "resource",
    tsInstance.GeneratedIdentifierFlags.None,
  );
  const body = lowerScope(lower, program, node.statement, () => {
    const acquisition = withoutParentheses(createAcquisition(lower, value, node.statement, declaration));
    const binding = factory.createVariableDeclaration(
      declaration.name,
      undefined,
      declaration.type,
      acquisition,
    );
    const bindings = factory.createVariableDeclarationList([binding], tsInstance.NodeFlags.Const);
    // The body keeps a block of its own: it may declare the same name again.
    const inner = tsInstance.isBlock(node.statement)
      ? factory.updateBlock(node.statement, visitStatements(lower, node.statement, node.statement.statements))
      : visitUnbraced(lower, node.statement);
    return [copyPosition(lower, factory.createVariableStatement(undefined, bindings), list), inner];
  });
  const head = factory.createVariableDeclarationList(
    [factory.createVariableDeclaration(value)],
    tsInstance.NodeFlags.Const,
  );
  const expression = visitExpression(lower, node.expression);
  return factory.updateForOfStatement(
    node,
    node.awaitModifier,
    copyPosition(lower, head, list),
    expression,
    body,
  );
}

/** Visits the statements of a list, and puts before each what it has hoisted into this list. Directives are left out. */
export function visitStatements(
  lower: LowerContext,
  container: ts.Node,
  statements: ts.NodeArray<ts.Statement>,
): ts.NodeArray<ts.Statement> {
  const { factory, plan, tsInstance } = lower;
  const lowered: ts.Statement[] = [];
  let directive: ts.Statement | undefined;
  for (const statement of statements) {
    if (plan.directives.has(statement)) {
      directive = statement;
      continue;
    }
    const visited = lower.visit(statement) as ts.Statement;
    lowered.push(...takePending(lower.hoisted, container));
    if (directive !== undefined) inheritComments(lower, visited, directive);
    directive = undefined;
    lowered.push(visited);
  }
  return tsInstance.setTextRange(factory.createNodeArray(lowered), statements);
}

/** Puts the comments around a directive, which is not emitted, before the statement that follows it. */
function inheritComments(
  { sourceFile, tsInstance }: LowerContext,
  heir: ts.Statement,
  directive: ts.Statement,
): void {
  if (directive.pos < 0) return;
  const { text } = sourceFile;
  const comments = [
    ...(tsInstance.getTrailingCommentRanges(text, directive.pos) ?? []),
    ...(tsInstance.getLeadingCommentRanges(text, directive.pos) ?? []),
    ...(tsInstance.getTrailingCommentRanges(text, directive.end) ?? []),
  ];
  for (const { pos, end, kind } of new Map(comments.map((comment) => [comment.pos, comment])).values()) {
    const isBlock = kind === tsInstance.SyntaxKind.MultiLineCommentTrivia;
    const content = text.slice(pos + 2, isBlock ? end - 2 : end);
    tsInstance.addSyntheticLeadingComment(heir, kind, content, true);
  }
}

/** Visits the body of a loop; an unbraced one becomes a block where it owns a scope or something is hoisted into it. */
export function visitLoopBody(lower: LowerContext, body: ts.Statement): ts.Statement {
  const { program, tsInstance } = lower;
  // A loop that is the body of a loop opens its scope itself.
  if (tsInstance.isBlock(body) || tsInstance.isIterationStatement(body, false))
    return visitUnbraced(lower, body);
  if (program !== undefined && ownsScope(lower, body)) {
    return lowerScope(lower, program, body, () => [visitUnbraced(lower, body)]);
  }
  return visitUnbraced(lower, body);
}

function visitUnbraced(lower: LowerContext, statement: ts.Statement): ts.Statement {
  const visited = lower.visit(statement) as ts.Statement;
  const hoisted = takePending(lower.hoisted, statement);
  return hoisted.length === 0 ? visited : lower.factory.createBlock([...hoisted, visited], true);
}
