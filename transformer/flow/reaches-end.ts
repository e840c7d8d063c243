import type ts from "typescript";
import { isEndlessLoop } from "../syntax/is-endless-loop";
import { contains } from "../syntax/nodes";

/** How a statement can be left, besides by a jump out of what is looked at. */
interface Completion {
  readonly isNormal: boolean;
  readonly isBreak: boolean;
}

const leaves: Completion = { isNormal: false, isBreak: false };
const goesOn: Completion = { isNormal: true, isBreak: false };

/**
 * A function that says whether control that goes on after a block comes to the end of its function, and so gives `undefined`.
 * Where it cannot be told, it does not. What it has found out of a list of statements it remembers: a function of many
 * scopes is read once.
 */
export function createReachesEnd(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
): (fn: ts.Node, block: ts.Node) => boolean {
  /** How control leaves what follows a statement, up to the end of its list. */
  const after = new Map<ts.Node, Completion>();
  const lists = new Map<ts.Node, Completion>();
  const reached = new Map<ts.Node, boolean>();

  return reachesEnd;

  function reachesEnd(fn: ts.Node, block: ts.Node): boolean {
    const way: ts.Node[] = [];
    let node = block;
    let reaches = reached.get(node);
    while (reaches === undefined) {
      way.push(node);
      const { parent } = node;
      if (parent === fn || !contains(fn, parent))
        reaches = (fn as Partial<ts.FunctionDeclaration>).body === node;
      else if (!goesOnTo(parent, node)) reaches = false;
      else {
        node = parent;
        reaches = reached.get(node);
      }
    }
    for (const each of way) reached.set(each, reaches);
    return reaches;
  }

  /** Whether control that goes on after a node may go on after its parent. */
  function goesOnTo(parent: ts.Node, node: ts.Node): boolean {
    if (tsInstance.isBlock(parent)) return following(parent, parent.statements, node).isNormal;
    if (tsInstance.isCaseOrDefaultClause(parent)) {
      const all = parent.parent.clauses.flatMap((each) => [...each.statements]);
      const { isNormal, isBreak } = following(parent.parent, all, node);
      return isNormal || isBreak;
    }
    if (isEndlessLoop(tsInstance, parent)) return ofStatement(parent).isNormal;
    return (
      tsInstance.isStatement(parent) || tsInstance.isCatchClause(parent) || tsInstance.isCaseBlock(parent)
    );
  }

  function following(owner: ts.Node, statements: readonly ts.Statement[], node: ts.Node): Completion {
    listOf(owner, statements);
    return after.get(node) ?? goesOn;
  }

  /** How a list of statements can be left. */
  function listOf(owner: ts.Node, statements: readonly ts.Statement[]): Completion {
    const known = lists.get(owner);
    if (known !== undefined) return known;
    let rest = goesOn;
    for (let i = statements.length - 1; i >= 0; i--) {
      const statement = statements[i]!;
      after.set(statement, rest);
      const own = ofStatement(statement);
      rest = own.isNormal ? { isNormal: rest.isNormal, isBreak: own.isBreak || rest.isBreak } : own;
    }
    lists.set(owner, rest);
    return rest;
  }

  function ofStatement(node: ts.Statement): Completion {
    if (
      tsInstance.isReturnStatement(node) ||
      tsInstance.isThrowStatement(node) ||
      tsInstance.isContinueStatement(node)
    )
      return leaves;
    if (tsInstance.isBreakStatement(node)) return { isNormal: false, isBreak: node.label === undefined };
    if (tsInstance.isBlock(node)) return listOf(node, node.statements);
    if (tsInstance.isIfStatement(node))
      return either(
        ofStatement(node.thenStatement),
        node.elseStatement ? ofStatement(node.elseStatement) : goesOn,
      );
    if (tsInstance.isTryStatement(node)) {
      const tried = ofStatement(node.tryBlock);
      const whole = node.catchClause ? either(tried, ofStatement(node.catchClause.block)) : tried;
      return node.finallyBlock && !ofStatement(node.finallyBlock).isNormal ? leaves : whole;
    }
    if (tsInstance.isSwitchStatement(node)) {
      // Without a default it may be that its cases are all that there are.
      const all = node.caseBlock.clauses.map((clause) => listOf(clause, clause.statements));
      return { isNormal: all.some((each) => each.isBreak) || all.at(-1)?.isNormal !== false, isBreak: false };
    }
    if (tsInstance.isLabeledStatement(node)) return ofStatement(node.statement);
    if (isEndlessLoop(tsInstance, node)) return ofStatement(node.statement).isBreak ? goesOn : leaves;
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
