import type ts from "typescript";
import type { FunctionNode, SourceFilePlan } from "../1-analyze/plan";
import { lowerMarker, lowerUsing, withoutParentheses } from "./lower-acquisition";
import {
  type LowerContext,
  type ProgramContext,
  takePending,
  visitExpression,
  withProgram,
} from "./lower-context";
import { lowerFunction, lowerRejected } from "./lower-function";
import { lowerForOfUsing, lowerLoopBody, lowerScope, lowerStatements, ownsScope } from "./lower-scope";
import {
  createThis,
  isSuperProperty,
  lowerSuperAssignment,
  lowerSuperMethodCall,
  lowerSuperProperty,
  lowerSuperReference,
} from "./lower-super";

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
    plan,
    program: undefined,
    substitutes: {},
    hoisted: new Map(),
    staticStatements: new Map(),
    visit,
  };
  return factory.updateSourceFile(sourceFile, lowerStatements(lower, sourceFile, sourceFile.statements));

  function visit(node: ts.Node): ts.VisitResult<ts.Node> {
    // Not emitted, but its comments are.
    if (plan.directives.has(node)) return factory.createNotEmittedStatement(node);
    switch (node.kind) {
      case SyntaxKind.FunctionDeclaration:
      case SyntaxKind.FunctionExpression:
      case SyntaxKind.ArrowFunction:
      case SyntaxKind.MethodDeclaration:
      case SyntaxKind.GetAccessor:
      case SyntaxKind.SetAccessor:
      case SyntaxKind.Constructor:
        return visitFunction(node as FunctionNode);
      case SyntaxKind.PropertyDeclaration:
        return visitOutside(node, (node as ts.PropertyDeclaration).name);
      case SyntaxKind.ClassStaticBlockDeclaration:
        return visitOutside(node, undefined);
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        return visitClass(node as ts.ClassLikeDeclaration);
      case SyntaxKind.Block:
        return visitBlock(node as ts.Block);
      case SyntaxKind.ModuleBlock: {
        const block = node as ts.ModuleBlock;
        return factory.updateModuleBlock(block, lowerStatements(lower, block, block.statements));
      }
      case SyntaxKind.CaseClause: {
        const clause = node as ts.CaseClause;
        const expression = visitExpression(lower, clause.expression);
        return factory.updateCaseClause(
          clause,
          expression,
          lowerStatements(lower, clause, clause.statements),
        );
      }
      case SyntaxKind.DefaultClause: {
        const clause = node as ts.DefaultClause;
        return factory.updateDefaultClause(clause, lowerStatements(lower, clause, clause.statements));
      }
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
      case SyntaxKind.SwitchStatement:
      case SyntaxKind.LabeledStatement:
        return visitWithLabels(node as ts.Statement);
    }
    const { program } = lower;
    if (program !== undefined) {
      const lowered = visitProgramCode(node, program);
      if (lowered !== undefined) return lowered;
    }
    return visitSubstituted(node) ?? visitChildren(node);
  }

  function visitChildren(node: ts.Node): ts.Node {
    return tsInstance.visitEachChild(
      node,
      (child) => (isOwnName(node, child) ? child : visit(child)),
      transformation,
    );
  }

  /** An identifier that names something and refers to nothing. */
  function isOwnName(node: ts.Node, child: ts.Node): boolean {
    const { name, propertyName, label } = node as { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
    return tsInstance.isIdentifier(child) && (child === name || child === propertyName || child === label);
  }

  function visitFunction(node: FunctionNode): ts.Node {
    const functionPlan = plan.functions.get(node);
    if (functionPlan?.kind === "program") return lowerFunction(lower, node, functionPlan);
    if (functionPlan?.kind === "reject") return lowerRejected(lower, node, functionPlan);
    if (!tsInstance.isArrowFunction(node)) return visitOutside(node, node.name);

    const visited = withProgram(lower, undefined, lower.substitutes, () =>
      visitChildren(node),
    ) as ts.ArrowFunction;
    const hoisted = takePending(lower.hoisted, node.body);
    if (hoisted.length === 0) return visited;
    // given:    name => () => { "use raii"; … name … }
    // produces: name => { function* program() { … name … } return () => …; }
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken } = visited;
    const body = factory.createBlock(
      [...hoisted, factory.createReturnStatement(visited.body as ts.Expression)],
      true,
    );
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
      isOwnName(node, child)
        ? child
        : child === name || tsInstance.isDecorator(child)
          ? visit(child)
          : withProgram(lower, undefined, {}, () => visit(child));
    return tsInstance.visitEachChild(node, visitChild, transformation);
  }

  function visitClass(node: ts.ClassLikeDeclaration): ts.Node {
    const visited = visitChildren(node) as ts.ClassLikeDeclaration;
    const statements = takePending(lower.staticStatements, node);
    if (statements.length === 0) return visited;
    const block = factory.createClassStaticBlockDeclaration(factory.createBlock(statements, true));
    const members = tsInstance.setTextRange(
      factory.createNodeArray([block, ...visited.members]),
      visited.members,
    );
    const { modifiers, name, typeParameters, heritageClauses } = visited;
    return tsInstance.isClassDeclaration(visited)
      ? factory.updateClassDeclaration(visited, modifiers, name, typeParameters, heritageClauses, members)
      : factory.updateClassExpression(visited, modifiers, name, typeParameters, heritageClauses, members);
  }

  function visitBlock(block: ts.Block): ts.Node {
    const { program } = lower;
    const lowerContent = (): ts.NodeArray<ts.Statement> => lowerStatements(lower, block, block.statements);
    if (program !== undefined && ownsScope(lower, block))
      return lowerScope(lower, program, block, lowerContent);
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
    const { program } = lower;
    const isOwner = program !== undefined && !tsInstance.isBlock(owner) && ownsScope(lower, owner);
    if (!isOwner) return visitInside(statement);
    return lowerScope(lower, program, owner, () => [visitInside(statement) as ts.Statement]);
  }

  /** Visits a loop, a `switch` or a labelled one of these, when its scope is open. */
  function visitInside(node: ts.Statement): ts.Node {
    if (tsInstance.isLabeledStatement(node)) {
      const { label, statement } = node;
      const isLabelOrLoop =
        tsInstance.isLabeledStatement(statement) || tsInstance.isIterationStatement(statement, false);
      const inner =
        isLabelOrLoop || tsInstance.isSwitchStatement(statement) ? visitInside(statement) : visit(statement);
      return factory.updateLabeledStatement(node, label, inner as ts.Statement);
    }
    const expression = (child: ts.Expression): ts.Expression => visitExpression(lower, child);
    const optional = (child: ts.Expression | undefined): ts.Expression | undefined =>
      child && expression(child);
    const initializer = (child: ts.ForInitializer): ts.ForInitializer =>
      tsInstance.visitNode(child, visit) as ts.ForInitializer;
    if (tsInstance.isForStatement(node)) {
      const head = node.initializer && initializer(node.initializer);
      const [condition, incrementor] = [optional(node.condition), optional(node.incrementor)];
      return factory.updateForStatement(
        node,
        head,
        condition,
        incrementor,
        lowerLoopBody(lower, node.statement),
      );
    }
    if (tsInstance.isForOfStatement(node)) {
      const list = tsInstance.isVariableDeclarationList(node.initializer) ? node.initializer : undefined;
      const { program } = lower;
      if (list !== undefined && program?.plan.acquisitions.has(list))
        return lowerForOfUsing(lower, program, node, list);
      const head = initializerTarget(node.initializer);
      return factory.updateForOfStatement(
        node,
        node.awaitModifier,
        head,
        expression(node.expression),
        lowerLoopBody(lower, node.statement),
      );
    }
    if (tsInstance.isForInStatement(node)) {
      const head = initializerTarget(node.initializer);
      return factory.updateForInStatement(
        node,
        head,
        expression(node.expression),
        lowerLoopBody(lower, node.statement),
      );
    }
    if (tsInstance.isWhileStatement(node)) {
      return factory.updateWhileStatement(
        node,
        expression(node.expression),
        lowerLoopBody(lower, node.statement),
      );
    }
    if (tsInstance.isDoStatement(node)) {
      const body = lowerLoopBody(lower, node.statement);
      return factory.updateDoStatement(node, body, expression(node.expression));
    }
    return visitChildren(node);
  }

  /** The own code of a program. */
  function visitProgramCode(node: ts.Node, { plan: { acquisitions } }: ProgramContext): ts.Node | undefined {
    if (tsInstance.isCallExpression(node)) {
      const owner = acquisitions.get(node);
      return owner && lowerMarker(lower, node, owner);
    }
    if (tsInstance.isVariableDeclarationList(node)) {
      const owner = acquisitions.get(node);
      return owner && lowerUsing(lower, node, owner);
    }
    if (tsInstance.isVariableDeclaration(node)) {
      const visited = visitChildren(node) as ts.VariableDeclaration;
      const { name, exclamationToken, type, initializer } = visited;
      return factory.updateVariableDeclaration(
        visited,
        name,
        exclamationToken,
        type,
        withoutParentheses(initializer),
      );
    }
    if (tsInstance.isExpressionStatement(node)) {
      const expression = visitExpression(lower, node.expression);
      return factory.updateExpressionStatement(node, withoutParentheses(expression));
    }
    if (tsInstance.isReturnStatement(node) && node.expression !== undefined) {
      return factory.updateReturnStatement(node, withoutParentheses(visitExpression(lower, node.expression)));
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
    if (tsInstance.isMetaProperty(node) && node.keywordToken === SyntaxKind.NewKeyword)
      return substitutes.newTarget;
    if (
      tsInstance.isCallExpression(node) &&
      node.expression.kind === SyntaxKind.SuperKeyword &&
      substitutes.superCall
    ) {
      const args = node.arguments.map((argument) => visitExpression(lower, argument));
      return factory.createCallExpression(substitutes.superCall, undefined, args);
    }
    return substitutes.superGet === undefined ? undefined : visitSuper(node);
  }

  function visitSuper(node: ts.Node): ts.Node | undefined {
    if (tsInstance.isCallExpression(node) && isSuperProperty(lower, node.expression)) {
      return lowerSuperMethodCall(lower, node, node.expression);
    }
    if (tsInstance.isTaggedTemplateExpression(node) && isSuperProperty(lower, node.tag)) {
      const bind = factory.createPropertyAccessExpression(lowerSuperProperty(lower, node.tag), "bind");
      const tag = factory.createCallExpression(bind, undefined, [createThis(lower)]);
      const template = tsInstance.visitNode(node.template, visit) as ts.TemplateLiteral;
      return factory.updateTaggedTemplateExpression(node, tag, undefined, template);
    }
    if (tsInstance.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      const { left, operatorToken, right } = node;
      if (operatorToken.kind === SyntaxKind.EqualsToken && isSuperProperty(lower, left)) {
        return lowerSuperAssignment(lower, left, right);
      }
      return factory.updateBinaryExpression(
        node,
        assignmentTarget(left),
        operatorToken,
        visitExpression(lower, right),
      );
    }
    if (tsInstance.isPrefixUnaryExpression(node) && isSuperProperty(lower, node.operand)) {
      const { operator, operand } = node;
      if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken) {
        return factory.updatePrefixUnaryExpression(
          node,
          lowerSuperReference(lower, operand) as ts.UnaryExpression,
        );
      }
    }
    if (tsInstance.isPostfixUnaryExpression(node) && isSuperProperty(lower, node.operand)) {
      return factory.updatePostfixUnaryExpression(
        node,
        lowerSuperReference(lower, node.operand) as ts.LeftHandSideExpression,
      );
    }
    return isSuperProperty(lower, node) ? lowerSuperProperty(lower, node) : undefined;
  }

  function isAssignment(operator: ts.SyntaxKind): boolean {
    return operator >= SyntaxKind.FirstAssignment && operator <= SyntaxKind.LastAssignment;
  }

  /** What is assigned to: `super` in it, in a pattern too, is written through a reference. */
  function assignmentTarget(target: ts.Expression): ts.Expression {
    const visitTarget = (node: ts.Node): ts.VisitResult<ts.Node> => {
      if (isSuperProperty(lower, node)) return lowerSuperReference(lower, node);
      const isPattern =
        tsInstance.isArrayLiteralExpression(node) ||
        tsInstance.isObjectLiteralExpression(node) ||
        tsInstance.isSpreadElement(node) ||
        tsInstance.isSpreadAssignment(node);
      if (isPattern) return tsInstance.visitEachChild(node, visitTarget, transformation);
      if (tsInstance.isPropertyAssignment(node)) {
        const name = tsInstance.visitNode(node.name, visit) as ts.PropertyName;
        return factory.updatePropertyAssignment(node, name, visitTarget(node.initializer) as ts.Expression);
      }
      if (tsInstance.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.EqualsToken) {
        const right = visitExpression(lower, node.right);
        return factory.updateBinaryExpression(
          node,
          visitTarget(node.left) as ts.Expression,
          node.operatorToken,
          right,
        );
      }
      return visit(node);
    };
    return visitTarget(target) as ts.Expression;
  }

  function initializerTarget(initializer: ts.ForInitializer): ts.ForInitializer {
    if (tsInstance.isVariableDeclarationList(initializer) || lower.substitutes.superGet === undefined) {
      return tsInstance.visitNode(initializer, visit) as ts.ForInitializer;
    }
    return assignmentTarget(initializer);
  }
}
