import type ts from "typescript";
import type { SourceFilePlan } from "../1-analyze/plan-types";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isOwnName } from "../syntax/is-own-name";
import { leftSpine } from "../syntax/left-spine";
import { isType } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { createName } from "./create-name";
import { createConst } from "./create-nodes";
import { createRuntimeCall } from "./create-runtime-calls";
import { importNamespace } from "./import-namespace";
import { keepErasedOnLine } from "./keep-comments";
import { lowerMarker, lowerUsing, withoutParentheses } from "./lower-acquisition";
import { lowerAwait, lowerForAwait, lowerInlineAwait, lowerIterated } from "./lower-await";
import { lowerClass } from "./lower-class";
import {
  addPending,
  type BodyContext,
  type LowerContext,
  visitExpression,
  withBody,
  withPending,
} from "./lower-context";
import { lowerFunction, lowerInlineFunction, lowerRejected } from "./lower-function";
import { lowerMarkerChain } from "./lower-marker-chain";
import { lowerMove } from "./lower-move";
import { lowerPrivateIn } from "./lower-private-in";
import { lowerForOfUsing, lowerScope, ownsScope, visitLoopBody } from "./lower-scope";
import { createThis, lowerAssignmentTarget, visitSuper } from "./lower-super";
import { lowerTry, lowerYield } from "./lower-suspension";
import { unrolledScope } from "./unroll-scope";
import { visitStatements } from "./visit-statements";

/** Carries out the plan of a file. Never reports: what cannot be lowered has been said by the analysis. */
export function lowerSourceFile(
  tsInstance: typeof ts,
  transformation: ts.TransformationContext,
  sourceFile: ts.SourceFile,
  plan: SourceFilePlan,
): ts.SourceFile {
  const { factory } = transformation;
  const { SyntaxKind } = tsInstance;
  const lower: LowerContext = {
    tsInstance,
    factory,
    transformation,
    sourceFile,
    plan,
    body: undefined,
    substitutes: {},
    programs: new Map(),
    holders: new Map(),
    members: new Map(),
    staticStatements: new Map(),
    names: new Map(),
    privateNames: undefined,
    ignoredParts: undefined,
    namespace: undefined,
    place: undefined,
    visit,
  };
  const statements = visitStatements(lower, sourceFile, sourceFile.statements);
  return factory.updateSourceFile(sourceFile, importNamespace(lower, statements));

  function visit(node: ts.Node): ts.VisitResult<ts.Node> {
    // Most nodes are names and tokens. Nothing stands in one, and only a name or a `this` may mean something else now.
    if (node.kind <= SyntaxKind.LastToken) return visitSubstituted(node) ?? node;
    if (isFunctionNode(tsInstance, node)) return visitFunction(node);
    switch (node.kind) {
      case SyntaxKind.PropertyDeclaration:
        return visitOutside(node, (node as ts.PropertyDeclaration).name);
      case SyntaxKind.ClassStaticBlockDeclaration:
        return visitOutside(node, undefined);
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        return lowerClass(lower, node as ts.ClassLikeDeclaration);
      case SyntaxKind.Block:
        return visitBlock(node as ts.Block);
      case SyntaxKind.ModuleBlock: {
        const block = node as ts.ModuleBlock;
        return factory.updateModuleBlock(block, visitStatements(lower, block, block.statements));
      }
      case SyntaxKind.CaseClause: {
        const clause = node as ts.CaseClause;
        const expression = visitExpression(lower, clause.expression);
        return factory.updateCaseClause(
          clause,
          expression,
          visitStatements(lower, clause, clause.statements),
        );
      }
      case SyntaxKind.DefaultClause: {
        const clause = node as ts.DefaultClause;
        return factory.updateDefaultClause(clause, visitStatements(lower, clause, clause.statements));
      }
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
      case SyntaxKind.SwitchStatement:
      case SyntaxKind.LabeledStatement:
        return visitWithLabels(node as ts.Statement);
      case SyntaxKind.IndexSignature:
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
        return node;
    }
    // Nothing is acquired in a type, and what is half-typed the compiler's own visitor does not take.
    if (isType(tsInstance, node)) return node;
    const { body } = lower;
    if (body !== undefined) {
      const lowered = visitOwnCode(node, body);
      if (lowered !== undefined) return lowered;
    }
    if (lower.place !== undefined && plan.signals.has(node))
      return createRuntimeCall(lower, "signalIn", [lower.place]);
    const substituted = visitSubstituted(node);
    if (substituted !== undefined) return substituted;
    return node.kind === SyntaxKind.BinaryExpression
      ? visitBinary(node as ts.BinaryExpression)
      : visitChildren(node);
  }

  function visitBinary(node: ts.BinaryExpression): ts.Expression {
    const spine = leftSpine(tsInstance, node);
    let visited = visitExpression(lower, spine.at(-1)!.left);
    for (const each of spine.reverse()) {
      const right = visitExpression(lower, each.right);
      visited =
        lowerPrivateIn(lower, each, right) ??
        factory.updateBinaryExpression(each, visited, each.operatorToken, right);
    }
    return visited;
  }

  function visitChildren(node: ts.Node): ts.Node {
    return tsInstance.visitEachChild(
      node,
      (child) =>
        child.kind === SyntaxKind.Identifier && isOwnName(tsInstance, node, child) ? child : visit(child),
      transformation,
    );
  }

  // given:    f(() => g(signal()));
  // produces: const place_1 = raii_1.place();
  //           f(() => g(raii_1.signalIn(place_1)));
  function visitFunction(node: FunctionNode): ts.Node {
    const container = plan.signalled.get(node);
    if (container === undefined) return visitFunctionIn(node);
    const { place } = lower;
    lower.place = createName(lower, "place");
    const found = createConst(lower, lower.place, createRuntimeCall(lower, "place", []));
    addPending(lower.holders, container, found);
    const visited = visitFunctionIn(node);
    lower.place = place;
    return visited;
  }

  function visitFunctionIn(node: FunctionNode): ts.Node {
    const functionPlan = plan.functions.get(node);
    if (functionPlan?.kind === "inline") return lowerInlineFunction(lower, node, functionPlan);
    if (functionPlan?.kind === "program") return lowerFunction(lower, node, functionPlan);
    if (functionPlan?.kind === "reject") return lowerRejected(lower, node, functionPlan);
    if (!tsInstance.isArrowFunction(node)) return visitOutside(node, node.name);

    const visited = withBody(lower, undefined, lower.substitutes, () =>
      visitChildren(node),
    ) as ts.ArrowFunction;
    if (tsInstance.isBlock(node.body)) return visited;
    // With the comments of the value, so that they stand before the `return`: one with a line break would end it.
    const returned = keepErasedOnLine(lower, node.body, visited.body as ts.Expression);
    const value = factory.createReturnStatement(returned);
    tsInstance.setCommentRange(value, { pos: node.body.pos, end: -1 });
    const statements = withPending(lower, node.body, value);
    if (statements.length === 1) return visited;
    // given:    name => () => { "use raii"; … name … }
    // produces: name => { return () => …; function* program() { … name … } }
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken } = visited;
    const body = factory.createBlock(statements, true);
    return factory.updateArrowFunction(
      visited,
      modifiers,
      typeParameters,
      parameters,
      type,
      equalsGreaterThanToken,
      body,
    );
  }

  /** Visits what has a `this` of its own; its computed name and its decorators belong to the code around it. */
  function visitOutside(node: ts.Node, name: ts.Node | undefined): ts.Node {
    const visitChild = (child: ts.Node): ts.VisitResult<ts.Node> =>
      isOwnName(tsInstance, node, child)
        ? child
        : child === name || tsInstance.isDecorator(child)
          ? visit(child)
          : withBody(lower, undefined, {}, () => visit(child));
    return tsInstance.visitEachChild(node, visitChild, transformation);
  }

  function visitBlock(block: ts.Block): ts.Node {
    const { body } = lower;
    const unrolled = unrolledScope(body?.plan, block, block.end);
    if (unrolled !== undefined)
      return factory.updateBlock(block, visitStatements(lower, block, block.statements, unrolled));
    const lowerContent = (): ts.NodeArray<ts.Statement> => visitStatements(lower, block, block.statements);
    if (body !== undefined && ownsScope(lower, block)) return lowerScope(lower, body, block, lowerContent);
    return factory.updateBlock(block, lowerContent());
  }

  // given:    again: for (const line = raii(open()); …; …) { … continue again; … }
  // produces: { const scope_1 = …; leave_1: try { again: for (…) { … } } … }
  //
  // The labels go in with the loop: `continue` needs them right before it.
  function visitWithLabels(statement: ts.Statement): ts.Node {
    let target = statement;
    while (tsInstance.isLabeledStatement(target)) target = target.statement;
    const owner = tsInstance.isSwitchStatement(target) ? target.caseBlock : target;
    const { body } = lower;
    const isOwner = body !== undefined && !tsInstance.isBlock(owner) && ownsScope(lower, owner);
    if (!isOwner) return visitInside(statement);
    return lowerScope(lower, body, owner, () => [visitInside(statement) as ts.Statement]);
  }

  /** Visits a loop, a `switch` or a labelled one of these, when its scope is open. */
  function visitInside(node: ts.Statement): ts.Node {
    const { body } = lower;
    let target = node;
    while (tsInstance.isLabeledStatement(target)) target = target.statement;
    if (tsInstance.isForOfStatement(target) && target.awaitModifier && body?.plan.kind === "program") {
      return lowerForAwait(lower, body, target, (loop) => relabel(node, loop));
    }
    if (tsInstance.isIterationStatement(node, false)) return visitLoop(node);
    if (!tsInstance.isLabeledStatement(node)) return visitChildren(node);
    const { label, statement } = node;
    const isHead =
      tsInstance.isLabeledStatement(statement) ||
      tsInstance.isSwitchStatement(statement) ||
      tsInstance.isIterationStatement(statement, false);
    const inner = isHead ? visitInside(statement) : visit(statement);
    return factory.updateLabeledStatement(node, label, inner as ts.Statement);
  }

  function relabel(node: ts.Statement, loop: ts.Statement): ts.Statement {
    if (!tsInstance.isLabeledStatement(node)) return loop;
    return factory.updateLabeledStatement(node, node.label, relabel(node.statement, loop));
  }

  function visitLoop(node: ts.IterationStatement): ts.Node {
    const { body } = lower;
    const initializer =
      "initializer" in node ? (node.initializer as ts.ForInitializer | undefined) : undefined;
    const list = initializer && tsInstance.isVariableDeclarationList(initializer) ? initializer : undefined;
    const isForOf = tsInstance.isForOfStatement(node);
    const isForAwait = isForOf && node.awaitModifier !== undefined && body?.plan.kind === "inline";
    if (isForOf && list !== undefined && body?.plan.acquisitions.has(list)) {
      return lowerForOfUsing(lower, body, node, list);
    }
    const visitPart = (part: ts.Node): ts.VisitResult<ts.Node> => {
      if (part === node.statement) return visitLoopBody(lower, node.statement);
      if (isForAwait && part === node.expression) return lowerIterated(lower, body!, node);
      if (part === list && tsInstance.isForStatement(node)) return visitForHead(list);
      const isTarget = part === initializer && list === undefined && !tsInstance.isForStatement(node);
      return isTarget ? lowerAssignmentTarget(lower, part as ts.Expression) : visit(part);
    };
    return tsInstance.visitEachChild(node, visitPart, transformation);
  }

  // given:    for (var x = raii("k" in o ? a : b), i = 0; …; …)
  // produces: for (var x = (yield "k" in o ? a : b), i = 0; …; …)
  //
  // A bare `in` in the head of a `for` makes it a `for … in`: each yield keeps its parentheses there.
  function visitForHead(list: ts.VariableDeclarationList): ts.Node {
    const acquisition = lower.body?.plan.acquisitions.get(list);
    if (acquisition !== undefined) return lowerUsing(lower, list, acquisition, true);
    return tsInstance.visitEachChild(list, visitChildren, transformation);
  }

  /** The own code of a function that is lowered. */
  function visitOwnCode(node: ts.Node, { plan, suspension }: BodyContext): ts.Node | undefined {
    const { acquisitions } = plan;
    const unchained = lowerMarkerChain(lower, node, plan);
    if (unchained !== undefined) return unchained;
    switch (node.kind) {
      case SyntaxKind.CallExpression: {
        const call = node as ts.CallExpression;
        const acquisition = acquisitions.get(call);
        if (acquisition !== undefined) return lowerMarker(lower, call, acquisition, call);
        return lowerMove(lower, call, plan.moves.get(call));
      }
      case SyntaxKind.AwaitExpression: {
        const awaits = node as ts.AwaitExpression;
        const call = skipOuterExpressions(tsInstance, awaits.expression) as ts.CallExpression;
        const acquisition = acquisitions.get(call);
        if (acquisition !== undefined) return lowerMarker(lower, call, acquisition, awaits);
        if (plan.kind === "program") return lowerAwait(lower, awaits);
        return lowerInlineAwait(lower, awaits);
      }
      case SyntaxKind.YieldExpression:
        return suspension && lowerYield(lower, node as ts.YieldExpression, suspension);
      case SyntaxKind.TryStatement:
        return suspension && lowerTry(lower, node as ts.TryStatement, suspension);
      case SyntaxKind.VariableDeclarationList: {
        const list = node as ts.VariableDeclarationList;
        const acquisition = acquisitions.get(list);
        return acquisition && lowerUsing(lower, list, acquisition, false);
      }
      case SyntaxKind.VariableDeclaration: {
        const visited = visitChildren(node) as ts.VariableDeclaration;
        const { name, exclamationToken, type, initializer } = visited;
        const value = withoutParentheses(initializer);
        return factory.updateVariableDeclaration(visited, name, exclamationToken, type, value);
      }
      case SyntaxKind.ExpressionStatement: {
        const statement = node as ts.ExpressionStatement;
        const expression =
          suspension !== undefined && tsInstance.isYieldExpression(statement.expression)
            ? lowerYield(lower, statement.expression, suspension, true)
            : visitExpression(lower, statement.expression);
        return factory.updateExpressionStatement(statement, withoutParentheses(expression));
      }
      case SyntaxKind.ParenthesizedExpression: {
        const parenthesized = node as ts.ParenthesizedExpression;
        const expression = withoutParentheses(visitExpression(lower, parenthesized.expression));
        return factory.updateParenthesizedExpression(parenthesized, expression);
      }
      case SyntaxKind.ReturnStatement: {
        const statement = node as ts.ReturnStatement;
        if (statement.expression === undefined) return undefined;
        const expression = withoutParentheses(visitExpression(lower, statement.expression));
        // An async generator awaits it.
        const returned =
          suspension?.steps === undefined ? expression : createRuntimeCall(lower, "suspended", [expression]);
        return factory.updateReturnStatement(statement, returned);
      }
    }
    return undefined;
  }

  /** `this`, `super`, … where the code has been moved away from what they mean. */
  function visitSubstituted(node: ts.Node): ts.Node | undefined {
    const { substitutes } = lower;
    if (node.kind === SyntaxKind.ThisKeyword && substitutes.lazyThis !== undefined) return createThis(lower);
    if (substitutes.arguments !== undefined) {
      if (tsInstance.isIdentifier(node) && node.text === "arguments") return substitutes.arguments;
      if (tsInstance.isShorthandPropertyAssignment(node) && node.name.text === "arguments") {
        return factory.createPropertyAssignment("arguments", substitutes.arguments);
      }
    }
    if (
      substitutes.newTarget !== undefined &&
      tsInstance.isMetaProperty(node) &&
      node.keywordToken === SyntaxKind.NewKeyword
    )
      return substitutes.newTarget;
    if (
      substitutes.superCall !== undefined &&
      tsInstance.isCallExpression(node) &&
      node.expression.kind === SyntaxKind.SuperKeyword
    ) {
      const args = node.arguments.map((argument) => visitExpression(lower, argument));
      return factory.createCallExpression(substitutes.superCall, undefined, args);
    }
    return substitutes.superGet === undefined ? undefined : visitSuper(lower, node);
  }
}
