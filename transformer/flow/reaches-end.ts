import type ts from "typescript";
import { contains } from "../syntax/nodes";

/** How a statement can be left, besides by a jump out of what is looked at. */
interface Completion {
  readonly isNormal: boolean;
  readonly isBreak: boolean;
}

const leaves: Completion = { isNormal: false, isBreak: false };
const goesOn: Completion = { isNormal: true, isBreak: false };

/**
 * Whether control that goes on after a block comes to the end of its function, and so gives `undefined`. Where it cannot be
 * told, it does not.
 */
export function reachesEnd(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  fn: ts.Node,
  block: ts.Node,
): boolean {
  for (let node = block; node !== fn; node = node.parent) {
    const { parent } = node;
    if (parent === fn || !contains(fn, parent)) return (fn as Partial<ts.FunctionDeclaration>).body === node;
    if (tsInstance.isBlock(parent)) {
      const after = parent.statements.slice(parent.statements.indexOf(node as ts.Statement) + 1);
      if (!completionOf(tsInstance, checker, after).isNormal) return false;
    } else if (tsInstance.isCaseOrDefaultClause(parent)) {
      const clauses = parent.parent.clauses.slice(parent.parent.clauses.indexOf(parent));
      const after = clauses.flatMap((each) => [...each.statements]);
      const { isNormal, isBreak } = completionOf(
        tsInstance,
        checker,
        after.slice(after.indexOf(node as ts.Statement) + 1),
      );
      if (!isNormal && !isBreak) return false;
    } else if (isEndless(tsInstance, parent)) {
      if (!completionOf(tsInstance, checker, [parent]).isNormal) return false;
    } else if (
      !tsInstance.isStatement(parent) &&
      !tsInstance.isCatchClause(parent) &&
      !tsInstance.isCaseBlock(parent)
    )
      return false;
  }
  return false;
}

/** How a list of statements can be left. */
function completionOf(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  statements: readonly ts.Statement[],
): Completion {
  let isBreak = false;
  for (const statement of statements) {
    const completion = ofStatement(statement);
    isBreak ||= completion.isBreak;
    if (!completion.isNormal) return { isNormal: false, isBreak };
  }
  return { isNormal: true, isBreak };

  function ofStatement(node: ts.Statement): Completion {
    const of = (...each: readonly ts.Statement[]): Completion => completionOf(tsInstance, checker, each);
    if (
      tsInstance.isReturnStatement(node) ||
      tsInstance.isThrowStatement(node) ||
      tsInstance.isContinueStatement(node)
    )
      return leaves;
    if (tsInstance.isBreakStatement(node)) return { isNormal: false, isBreak: node.label === undefined };
    if (tsInstance.isBlock(node)) return of(...node.statements);
    if (tsInstance.isIfStatement(node))
      return either(of(node.thenStatement), node.elseStatement ? of(node.elseStatement) : goesOn);
    if (tsInstance.isTryStatement(node)) {
      const tried = of(node.tryBlock);
      const whole = node.catchClause ? either(tried, of(node.catchClause.block)) : tried;
      return node.finallyBlock && !of(node.finallyBlock).isNormal ? leaves : whole;
    }
    if (tsInstance.isSwitchStatement(node)) {
      // Without a default it may be that its cases are all that there are.
      const all = node.caseBlock.clauses.map(({ statements: list }) => of(...list));
      return { isNormal: all.some((each) => each.isBreak) || all.at(-1)?.isNormal !== false, isBreak: false };
    }
    if (tsInstance.isLabeledStatement(node)) return of(node.statement);
    if (isEndless(tsInstance, node)) return of(node.statement).isBreak ? goesOn : leaves;
    if (tsInstance.isExpressionStatement(node) && tsInstance.isCallExpression(node.expression)) {
      const type = checker.getTypeAtLocation(node.expression);
      return type.flags & tsInstance.TypeFlags.Never ? leaves : goesOn;
    }
    return goesOn;
  }
}

function either(first: Completion, second: Completion): Completion {
  return { isNormal: first.isNormal || second.isNormal, isBreak: first.isBreak || second.isBreak };
}

/** `while (true)`, `for (;;)` */
function isEndless(tsInstance: typeof ts, node: ts.Node): node is ts.IterationStatement {
  if (tsInstance.isForStatement(node)) return node.condition === undefined;
  return (
    (tsInstance.isWhileStatement(node) || tsInstance.isDoStatement(node)) &&
    node.expression.kind === tsInstance.SyntaxKind.TrueKeyword
  );
}
