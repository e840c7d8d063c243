import type ts from "typescript";
import { listAround } from "../syntax/list-around";
import {
  contains,
  dominates,
  functionOf,
  isAssignmentOperator,
  isNothing,
  isReference,
} from "../syntax/nodes";
import { destructuredValue } from "./destructuring";
import { type FileNodes, within } from "./file-nodes";
import { mayReach } from "./may-reach";

/** A place that gives a variable a value; `undefined` where that is not one expression. */
export interface Write {
  readonly node: ts.Node;
  readonly value: ts.Expression | undefined;
}

/** Of a variable that is written to more often it is not asked what it may hold. */
const maximalWrites = 40;

/** The variables of a file: who mentions them, and what they hold where. */
export interface Variables {
  symbolOf(identifier: ts.Identifier): ts.Symbol | undefined;
  /** Everything that mentions a variable, its declaration left out, in the order of the text. */
  referencesTo(symbol: ts.Symbol): readonly ts.Identifier[];
  writesTo(symbol: ts.Symbol): readonly Write[];
  /** The one expression whose value a variable has at this place; `undefined` where it may be another's, or no one's. */
  valueAt(identifier: ts.Identifier): ts.Expression | undefined;
  /** The expressions whose value it may have there. */
  valuesAt(identifier: ts.Identifier): readonly ts.Expression[];
}

export function createVariables(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  sourceFile: ts.SourceFile,
  nodes: () => FileNodes,
): Variables {
  const references = new Map<ts.Node, Map<string, Map<ts.Symbol | undefined, ts.Identifier[]>>>();
  const writes = new Map<ts.Symbol, readonly Write[]>();
  const symbols = new Map<ts.Node, Map<string, ts.Symbol | undefined>>();

  function symbolOf(identifier: ts.Identifier): ts.Symbol | undefined {
    const { parent, text } = identifier;
    if (tsInstance.isShorthandPropertyAssignment(parent))
      return checker.getShorthandAssignmentValueSymbol(parent);
    if (tsInstance.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
    if (!isReference(tsInstance, identifier)) return checker.getSymbolAtLocation(identifier);
    // The checker looks for a name all the way up, each time anew; in one list of statements it means one thing.
    const list = listAround(tsInstance, identifier);
    if (list === undefined) return checker.getSymbolAtLocation(identifier);
    const known = getOrAdd(symbols, list, () => new Map<string, ts.Symbol | undefined>());
    return getOrAdd(known, text, () => checker.getSymbolAtLocation(identifier));
  }

  function referencesTo(symbol: ts.Symbol): readonly ts.Identifier[] {
    const declaration = symbol.declarations?.[0];
    const isHere = declaration !== undefined && declaration.getSourceFile() === sourceFile;
    const area = isHere ? functionOf(tsInstance, declaration) : sourceFile;
    return mentionsBySymbol(area, symbol.name).get(symbol) ?? [];
  }

  /** What a name stands for in a function, or in the file. For all its variables at once: many may have the same name. */
  function mentionsBySymbol(
    area: ts.Node,
    name: string,
  ): ReadonlyMap<ts.Symbol | undefined, readonly ts.Identifier[]> {
    const byName = getOrAdd(
      references,
      area,
      () => new Map<string, Map<ts.Symbol | undefined, ts.Identifier[]>>(),
    );
    return getOrAdd(byName, name, () => {
      const bySymbol = new Map<ts.Symbol | undefined, ts.Identifier[]>();
      for (const mention of within(nodes().mentions.get(name) ?? [], area))
        getOrAdd(bySymbol, symbolOf(mention), () => []).push(mention);
      return bySymbol;
    });
  }

  function writesTo(symbol: ts.Symbol): readonly Write[] {
    const known = writes.get(symbol);
    if (known !== undefined) return known;
    const found: Write[] = [];
    writes.set(symbol, found); // a pattern that takes apart what it makes
    for (const declaration of symbol.declarations ?? []) {
      if (tsInstance.isVariableDeclaration(declaration)) {
        const { initializer, parent } = declaration;
        const isLoopVariable =
          tsInstance.isForInStatement(parent.parent) || tsInstance.isForOfStatement(parent.parent);
        if (isLoopVariable || tsInstance.isCatchClause(parent))
          found.push({ node: declaration, value: undefined });
        else if (initializer !== undefined && !isNothing(tsInstance, initializer))
          found.push({ node: declaration, value: initializer });
      } else if (tsInstance.isBindingElement(declaration))
        found.push({ node: declaration, value: destructuredValue(tsInstance, declaration, valueAt) });
      else found.push({ node: declaration, value: undefined });
    }
    for (const reference of referencesTo(symbol)) {
      const write = writeBy(reference);
      if (write !== undefined) found.push(write);
    }
    return found;
  }

  function writeBy(reference: ts.Identifier): Write | undefined {
    let target: ts.Node = reference;
    for (;;) {
      const { parent } = target;
      if (tsInstance.isBinaryExpression(parent)) {
        if (parent.left !== target || !isAssignmentOperator(tsInstance, parent.operatorToken.kind)) return;
        const isPlain =
          target === reference && parent.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken;
        return { node: parent, value: isPlain ? parent.right : undefined };
      }
      if (tsInstance.isPrefixUnaryExpression(parent) || tsInstance.isPostfixUnaryExpression(parent)) {
        const { PlusPlusToken, MinusMinusToken } = tsInstance.SyntaxKind;
        const isUpdate = parent.operator === PlusPlusToken || parent.operator === MinusMinusToken;
        return isUpdate ? { node: parent, value: undefined } : undefined;
      }
      if (tsInstance.isForInStatement(parent) || tsInstance.isForOfStatement(parent))
        return parent.initializer === target ? { node: parent, value: undefined } : undefined;
      const isPattern =
        tsInstance.isArrayLiteralExpression(parent) ||
        tsInstance.isObjectLiteralExpression(parent) ||
        tsInstance.isSpreadElement(parent) ||
        tsInstance.isSpreadAssignment(parent) ||
        tsInstance.isParenthesizedExpression(parent) ||
        tsInstance.isShorthandPropertyAssignment(parent) ||
        (tsInstance.isPropertyAssignment(parent) && parent.initializer === target);
      if (!isPattern) return;
      target = parent;
    }
  }

  function valueAt(use: ts.Identifier): ts.Expression | undefined {
    const symbol = symbolOf(use);
    if (symbol === undefined) return undefined;
    const all = writesTo(symbol);
    const [only] = all;
    const fn = functionOf(tsInstance, use);
    if (all.length === 1 && only !== undefined) {
      // A function sees the variables around it when it is called, which is later.
      const isLater = functionOf(tsInstance, only.node) !== fn;
      return only.node.end <= use.pos || isLater ? only.value : undefined;
    }
    const last = all.filter(({ node }) => node.end <= use.pos).at(-1);
    if (last === undefined || functionOf(tsInstance, last.node) !== fn) return undefined;
    if (!dominates(tsInstance, last.node, use)) return undefined;
    const isAmbiguous = all.some(
      (each) =>
        each !== last &&
        // One that comes later in the text comes first in the next round of a loop around both, or in a callback.
        (functionOf(tsInstance, each.node) !== fn ||
          (each.node.pos > last.node.pos && loopsBetween(last.node, use, each.node))),
    );
    return isAmbiguous ? undefined : last.value;
  }

  function valuesAt(use: ts.Identifier): readonly ts.Expression[] {
    const value = valueAt(use);
    if (value !== undefined) return [value];
    const symbol = symbolOf(use);
    if (symbol === undefined) return [];
    const fn = functionOf(tsInstance, use);
    const before = writesTo(symbol).filter(
      ({ node }) => node.end <= use.pos && functionOf(tsInstance, node) === fn,
    );
    if (before.length < 2 || before.length > maximalWrites) return [];
    return before
      .filter(({ node }, index) => {
        const isOverwritten = before
          .slice(index + 1)
          .some((later) => dominates(tsInstance, later.node, node));
        return !isOverwritten && mayReach(tsInstance, node, use);
      })
      .flatMap((each) => each.value ?? []);
  }

  /** Whether a loop that `write` stands outside of holds both others. */
  function loopsBetween(write: ts.Node, use: ts.Node, other: ts.Node): boolean {
    for (let current: ts.Node = use; !tsInstance.isSourceFile(current); current = current.parent) {
      if (!tsInstance.isIterationStatement(current, false)) continue;
      if (contains(current, other) && !contains(current, write)) return true;
    }
    return false;
  }

  return { symbolOf, referencesTo, writesTo, valueAt, valuesAt };
}

/** What a map holds for a key; made when it is first asked for. */
function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined || map.has(key)) return known as V;
  const made = make();
  map.set(key, made);
  return made;
}
