import type ts from "typescript";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { isEndlessLoop } from "../syntax/is-endless-loop";
import { leftSpine } from "../syntax/left-spine";
import { contains, isAssignmentOperator } from "../syntax/nodes";
import { firstFrom } from "./file-nodes";

/** A place that gives a variable a value. */
export interface Write {
  readonly node: ts.Node;
  /** `undefined` where that is not one expression. */
  readonly value: ts.Expression | undefined;
  /** It says `null` or `undefined`, or nothing at all: `let handle;` */
  readonly isNothing: boolean;
}

/** Where ways join: a variable has what one of these gave it. */
export interface Join {
  readonly inputs: Definition[];
}

/** What a variable has at a place, in static single assignment form. */
export type Definition = Write | Join;

export const isJoin = (definition: Definition): definition is Join => "inputs" in definition;

/** The writes that may be the last before a place, each once, found as they are asked for. */
export function* writesReaching(definition: Definition): Generator<Write> {
  const seen = new Set<Definition>([definition]);
  // A set grows while it is gone through.
  for (const each of seen) {
    if (!isJoin(each)) yield each;
    else for (const input of each.inputs) seen.add(input);
  }
}

/** `undefined` where no way leads. */
type State = Definition | undefined;

interface Target {
  readonly node: ts.Node;
  readonly label: string | undefined;
  /** `undefined` where a `continue` cannot go. */
  readonly continues: State[] | undefined;
  readonly breaks: State[];
}

/** A part of a `try` from where a `catch` or a `finally` may be reached at any time. */
interface Attempt {
  /** Whatever the variable has anywhere in it. */
  readonly anywhere: State[];
  /** How many statements around can be left by a jump. */
  readonly depth: number;
  /** What the variable has behind a `finally` that writes to it. */
  readonly afterFinally: Join | undefined;
}

export interface FindDefinitions {
  readonly tsInstance: typeof ts;
  /** The function that declares the variable, or the file. */
  readonly owner: FunctionNode | ts.SourceFile | ts.ClassStaticBlockDeclaration;
  /** Every mention of the variable, in the order of the text. */
  readonly mentions: readonly ts.Identifier[];
  /** By the declaration, the assignment, … that writes. */
  readonly writes: ReadonlyMap<ts.Node, Write>;
  /** What the variable has where its function begins. */
  readonly initial: Write;
  /** The statements of the file that leave a way, in the order of the text. */
  readonly jumps: readonly ts.Node[];
}

/**
 * Finds what one variable has at each of its mentions, along every way that the code may take (reaching definitions). Only
 * what mentions the variable is looked at, and what leaves a way.
 *
 * A function inside sees what the variable has when the function is made, or anything that it is given later.
 */
export function findDefinitions(input: FindDefinitions): ReadonlyMap<ts.Identifier, Definition> {
  const { tsInstance, owner, mentions, writes, initial, jumps } = input;
  const { SyntaxKind } = tsInstance;
  const places: readonly ts.Node[] = [...mentions, ...writes.keys()].sort((a, b) => a.pos - b.pos);
  /** By the index of a write: it, or any that comes after it in the text. */
  const fromHereOn: Definition[] = [];
  const inOrder = [...writes.values()].sort((a, b) => a.node.pos - b.node.pos);
  const writing = inOrder.map(({ node }) => node);
  for (let index = inOrder.length - 1; index >= 0; index--) {
    const later = fromHereOn[index + 1];
    fromHereOn[index] = later === undefined ? inOrder[index]! : { inputs: [inOrder[index]!, later] };
  }
  const isMention = new Set<ts.Node>(mentions);
  const found = new Map<ts.Identifier, Definition>();
  const targets: Target[] = [];
  const attempts: Attempt[] = [];

  const body: readonly ts.Node[] = tsInstance.isSourceFile(owner)
    ? owner.statements
    : tsInstance.isClassStaticBlockDeclaration(owner)
      ? [owner.body]
      : [...owner.parameters, ...(owner.body === undefined ? [] : [owner.body])];
  walkAll(body, initial);
  return found;

  function holds(list: readonly ts.Node[], { pos, end }: ts.Node): boolean {
    const first = firstFrom(list, pos);
    return first < list.length && list[first]!.pos < end;
  }

  function join(...states: readonly State[]): State {
    const inputs = [...new Set(states)].filter((each) => each !== undefined);
    return inputs.length > 1 ? { inputs } : inputs[0];
  }

  function write(node: ts.Node, state: State): State {
    const written = writes.get(node);
    if (written === undefined || state === undefined) return state;
    for (const { anywhere } of attempts) anywhere.push(written);
    return written;
  }

  function walkAll(nodes: Iterable<ts.Node>, state: State): State {
    for (const node of nodes) {
      // What is declared by `function` can be called from anywhere.
      if (tsInstance.isFunctionDeclaration(node) && holds(places, node)) sawAtAnyTime(node);
    }
    for (const node of nodes) state = walk(node, state);
    return state;
  }

  function walkChildren(node: ts.Node, state: State): State {
    const children: ts.Node[] = [];
    tsInstance.forEachChild(node, (child) => void children.push(child));
    return walkAll(children, state);
  }

  function walk(node: ts.Node, state: State): State {
    if (state === undefined) return undefined;
    if (isMention.has(node)) found.set(node as ts.Identifier, state);
    const isMentioned = holds(places, node);
    if (node.kind <= SyntaxKind.LastToken || !(isMentioned || holds(jumps, node))) return state;
    if (isFunctionNode(tsInstance, node) || tsInstance.isClassStaticBlockDeclaration(node)) {
      if (isMentioned && !tsInstance.isFunctionDeclaration(node)) seenFrom(node, state);
      return state;
    }
    switch (node.kind) {
      case SyntaxKind.VariableDeclaration:
      case SyntaxKind.Parameter:
      case SyntaxKind.BindingElement: {
        const { initializer, name } = node as ts.VariableDeclaration;
        if (initializer !== undefined) state = walk(initializer, state);
        return write(node, walk(name, state));
      }
      case SyntaxKind.BinaryExpression:
        return walkBinary(node as ts.BinaryExpression, state);
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression:
        return write(node, walkChildren(node, state));
      case SyntaxKind.ConditionalExpression: {
        const { condition, whenTrue, whenFalse } = node as ts.ConditionalExpression;
        const decided = walk(condition, state);
        return join(walk(whenTrue, decided), walk(whenFalse, decided));
      }
      case SyntaxKind.IfStatement: {
        const { expression, thenStatement, elseStatement } = node as ts.IfStatement;
        const decided = walk(expression, state);
        const otherwise = elseStatement === undefined ? decided : walk(elseStatement, decided);
        return join(walk(thenStatement, decided), otherwise);
      }
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
        return walkLoop(node as ts.IterationStatement, state);
      case SyntaxKind.SwitchStatement:
        return walkSwitch(node as ts.SwitchStatement, state);
      case SyntaxKind.LabeledStatement: {
        const { statement } = node as ts.LabeledStatement;
        if (tsInstance.isIterationStatement(statement, false)) return walk(statement, state);
        const target = enter(node, undefined);
        const end = walk(statement, state);
        return leave(target, end);
      }
      case SyntaxKind.TryStatement:
        return walkTry(node as ts.TryStatement, state);
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
        return jump(node as ts.BreakOrContinueStatement, state);
      case SyntaxKind.ReturnStatement:
      case SyntaxKind.ThrowStatement:
        walkChildren(node, state);
        return undefined;
    }
    return walkChildren(node, state);
  }

  function walkBinary(node: ts.BinaryExpression, state: State): State {
    const { left, operatorToken, right } = node;
    if (isAssignmentOperator(tsInstance, operatorToken.kind)) {
      const target = walk(left, state);
      if (!isLogical(operatorToken.kind)) return write(node, walk(right, target));
      return join(target, write(node, walk(right, target)));
    }
    const spine = leftSpine(tsInstance, node);
    let before = walk(spine.at(-1)!.left, state);
    for (const each of spine.reverse()) {
      const after = walk(each.right, before);
      before = isLogical(each.operatorToken.kind) ? join(before, after) : after;
    }
    return before;
  }

  /** The right side is evaluated or not. */
  function isLogical(kind: ts.SyntaxKind): boolean {
    switch (kind) {
      case SyntaxKind.AmpersandAmpersandToken:
      case SyntaxKind.BarBarToken:
      case SyntaxKind.QuestionQuestionToken:
      case SyntaxKind.AmpersandAmpersandEqualsToken:
      case SyntaxKind.BarBarEqualsToken:
      case SyntaxKind.QuestionQuestionEqualsToken:
        return true;
    }
    return false;
  }

  function enter(node: ts.Node, continues: State[] | undefined): Target {
    const { parent } = node;
    const labelled = tsInstance.isLabeledStatement(node)
      ? node
      : tsInstance.isLabeledStatement(parent)
        ? parent
        : undefined;
    const target: Target = { node, label: labelled?.label.text, continues, breaks: [] };
    targets.push(target);
    return target;
  }

  /** What the variable has behind a statement, which `break` has left as well. */
  function leave(target: Target, end: State): State {
    targets.pop();
    return join(end, ...target.breaks);
  }

  function jump(node: ts.BreakOrContinueStatement, state: State): undefined {
    const isBreak = tsInstance.isBreakStatement(node);
    const index = targets.findLastIndex(({ node: of, label, continues }) =>
      node.label !== undefined
        ? label === node.label.text
        : continues !== undefined || (isBreak && tsInstance.isSwitchStatement(of)),
    );
    const target = targets[index];
    // Of several `finally` blocks on the way the outermost has the last word.
    const through = attempts.find(({ depth, afterFinally }) => depth > index && afterFinally !== undefined);
    (isBreak ? target?.breaks : target?.continues)?.push(through?.afterFinally ?? state);
  }

  function walkLoop(node: ts.IterationStatement, state: State): State {
    const isPlainFor = tsInstance.isForStatement(node);
    const isOver = tsInstance.isForInStatement(node) || tsInstance.isForOfStatement(node);
    if (isPlainFor && node.initializer !== undefined) state = walk(node.initializer, state);
    if (isOver) state = walk(node.expression, state);
    if (state === undefined) return undefined;
    const head: Join = { inputs: [state] };
    const continues: State[] = [];
    const target = enter(node, continues);
    let exit: State; // where the condition does not hold
    let round: State = head;
    const condition = isPlainFor
      ? node.condition
      : isOver
        ? undefined
        : (node as ts.WhileStatement).expression;
    const decide = (before: State): State => {
      const decided = condition === undefined ? before : walk(condition, before);
      if (!isEndlessLoop(tsInstance, node)) exit = decided;
      return decided;
    };
    const isDo = tsInstance.isDoStatement(node);
    if (!isDo) round = decide(round);
    if (isOver) {
      round = walk(node.initializer, round);
      round = write(node, round);
    }
    round = join(walk(node.statement, round), ...continues);
    if (isDo) round = decide(round);
    if (isPlainFor && node.incrementor !== undefined) round = walk(node.incrementor, round);
    if (round !== undefined) head.inputs.push(round);
    return leave(target, exit);
  }

  function walkSwitch({ expression, caseBlock }: ts.SwitchStatement, state: State): State {
    let tested = walk(expression, state);
    const target = enter(caseBlock.parent, undefined);
    // The conditions are looked at one after the other, before any of the statements.
    const entries = caseBlock.clauses.map((clause) =>
      tsInstance.isCaseClause(clause) ? (tested = walk(clause.expression, tested)) : undefined,
    );
    let through: State;
    caseBlock.clauses.forEach((clause, index) => {
      const entry = tsInstance.isDefaultClause(clause) ? tested : entries[index];
      through = walkAll(clause.statements, join(entry, through));
    });
    const hasDefault = caseBlock.clauses.some(tsInstance.isDefaultClause);
    return leave(target, join(through, hasDefault ? undefined : tested));
  }

  function walkTry({ tryBlock, catchClause, finallyBlock }: ts.TryStatement, state: State): State {
    const writesFinally =
      finallyBlock !== undefined && [...writes.keys()].some((each) => contains(finallyBlock, each));
    const anywhere: State[] = [state];
    const afterFinally: Join | undefined = writesFinally ? { inputs: [] } : undefined;
    const attempt: Attempt = { anywhere, depth: targets.length, afterFinally };
    attempts.push(attempt);
    let end = walk(tryBlock, state);
    if (catchClause !== undefined) {
      const caught = join(...anywhere);
      const declared = catchClause.variableDeclaration;
      const begun = declared === undefined ? caught : walk(declared, caught);
      if (finallyBlock === undefined) attempts.pop();
      end = join(end, walk(catchClause.block, begun));
    }
    if (finallyBlock === undefined) return end;
    attempts.pop();
    // It runs however the block is left, and goes on behind it only where the block has ended.
    const after = walk(finallyBlock, join(end, ...anywhere));
    if (after !== undefined) afterFinally?.inputs.push(after);
    if (after === undefined || end === undefined) return undefined;
    return writesFinally ? after : end;
  }

  /** A function sees what the variable has when it is made, and what it is given after that: in a loop, all around. */
  function seenFrom(node: ts.Node, state: State): void {
    const loop = targets.find((each) => each.continues !== undefined && !contains(each.node, initial.node));
    record(node, join(state, fromHereOn[firstFrom(writing, loop?.node.pos ?? node.end)]));
  }

  function sawAtAnyTime(node: ts.Node): void {
    record(node, join(initial, fromHereOn[0]));
  }

  function record(node: ts.Node, state: State): void {
    if (state === undefined) return;
    for (let index = firstFrom(mentions, node.pos); index < mentions.length; index++) {
      const mention = mentions[index]!;
      if (mention.pos >= node.end) break;
      found.set(mention, state);
    }
  }
}
