import type ts from "typescript";
import { addLexicalNames } from "../syntax/declared-names";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { type FileMentions, isMentioned } from "./file-mentions";
import type { ScopeOwner, UnrolledScopes } from "./plan-types";

/** Each is a `try` in the one before it; engines and compilers recurse over what is nested. */
const mostAcquisitions = 16;

/**
 * Finds the scopes that are unrolled (spec, The lowerings): all that one acquires, it acquires in statements of its block, and
 * what comes after each can move into a `try` without a change of meaning.
 *
 * @param owners the scopes of the function `fn` that is lowered inline, and what each acquires.
 * @param mentions of the file, when they are needed.
 */
export function findUnrolledScopes(
  tsInstance: typeof ts,
  fn: ts.Node,
  body: ts.Block,
  owners: ReadonlyMap<ScopeOwner, readonly { readonly node: ts.Node }[]>,
  mentions: () => FileMentions,
): UnrolledScopes {
  const found = new Map<ScopeOwner, ReadonlySet<ts.Statement>>();
  for (const [owner, acquisitions] of owners) {
    const list = owner === "function" ? body.statements : tsInstance.isBlock(owner) && owner.statements;
    if (!list || acquisitions.length > mostAcquisitions) continue;
    const nodes = new Set<ts.Node>(acquisitions.map(({ node }) => node));
    const plain = list.filter((statement) => nodes.has(acquiredBy(tsInstance, statement)!));
    const acquiring = new Set(plain);
    const canMove =
      acquiring.size === nodes.size &&
      !hasFunctionAfter(tsInstance, list, plain[0]!) &&
      !mentions().isUnclear &&
      !isMentionedEarly(tsInstance, fn, list, acquiring, mentions());
    if (canMove) found.set(owner, acquiring);
  }
  return found;
}

/** What a statement acquires and does nothing else with but to name it: `const r = raii(x)`, `raii(x);`, `using r = x`. */
function acquiredBy(tsInstance: typeof ts, statement: ts.Statement): ts.Node | undefined {
  if (tsInstance.isExpressionStatement(statement)) return callOf(tsInstance, statement.expression);
  if (!tsInstance.isVariableStatement(statement)) return undefined;
  const { declarationList } = statement;
  const [declaration, another] = declarationList.declarations;
  if (declaration?.initializer === undefined || another !== undefined) return undefined;
  if (evaluates(tsInstance, declaration.name)) return undefined;
  const { AwaitUsing, BlockScoped, Using } = tsInstance.NodeFlags;
  const keyword = declarationList.flags & BlockScoped;
  if (keyword === Using || keyword === AwaitUsing) return declarationList;
  return callOf(tsInstance, declaration.initializer);
}

/** `raii(x)` of `await raii(x)`. */
function callOf(tsInstance: typeof ts, expression: ts.Expression): ts.Node {
  const awaits = skipOuterExpressions(tsInstance, expression);
  return tsInstance.isAwaitExpression(awaits) ? skipOuterExpressions(tsInstance, awaits.expression) : awaits;
}

/** Whether a pattern evaluates a default or a computed name. It would be a statement of its own to coverage tools. */
function evaluates(tsInstance: typeof ts, name: ts.BindingName): boolean {
  if (tsInstance.isIdentifier(name)) return false;
  return name.elements.some(
    (element) =>
      !tsInstance.isOmittedExpression(element) &&
      (element.initializer !== undefined ||
        (element.propertyName !== undefined && tsInstance.isComputedPropertyName(element.propertyName)) ||
        evaluates(tsInstance, element.name)),
  );
}

/** A function declaration can be called from the beginning of its block on. */
function hasFunctionAfter(
  tsInstance: typeof ts,
  list: ts.NodeArray<ts.Statement>,
  first: ts.Statement,
): boolean {
  return list.slice(list.indexOf(first)).some(tsInstance.isFunctionDeclaration);
}

/** Whether a name is declared after an acquisition and mentioned before: it would be another one there. */
function isMentionedEarly(
  tsInstance: typeof ts,
  fn: ts.Node,
  list: readonly ts.Statement[],
  acquiring: ReadonlySet<ts.Statement>,
  mentions: FileMentions,
): boolean {
  const start = mentions.before(list[0]!, fn);
  /** Where what the last acquisition moves begins. */
  let movedFrom: number | undefined;
  for (const [index, statement] of list.entries()) {
    const next = list[index + 1];
    const end = next === undefined ? Infinity : mentions.before(next, fn);
    const acquires = acquiring.has(statement);
    // To take a handle apart can fail, so it stands in the `try` of its own acquisition.
    const from = acquires && hasPattern(tsInstance, statement) ? end : movedFrom;
    if (from !== undefined && !isVar(tsInstance, statement))
      for (const name of addLexicalNames(tsInstance, [statement], new Set()))
        if (isMentioned(mentions, name, start, from)) return true;
    if (acquires) movedFrom = end;
  }
  return false;
}

/** A `var` is the function's, wherever it stands. */
function isVar(tsInstance: typeof ts, statement: ts.Statement): boolean {
  if (!tsInstance.isVariableStatement(statement)) return false;
  return (statement.declarationList.flags & tsInstance.NodeFlags.BlockScoped) === 0;
}

function hasPattern(tsInstance: typeof ts, statement: ts.Statement): boolean {
  if (!tsInstance.isVariableStatement(statement)) return false;
  return !tsInstance.isIdentifier(statement.declarationList.declarations[0]!.name);
}
