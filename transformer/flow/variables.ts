import type ts from "typescript";
import { listAround } from "../syntax/list-around";
import { functionOf, isAssignmentOperator, isNothing, isReference } from "../syntax/nodes";
import { type Definition, findDefinitions, type Write, writesReaching } from "./definitions";
import { destructuredValue } from "./destructuring";
import { type FileNodes, firstFrom, within } from "./file-nodes";

/** The variables of a file: who mentions them, and what they hold where. */
export interface Variables {
  symbolOf(identifier: ts.Identifier): ts.Symbol | undefined;
  /** Everything that mentions a variable, its declaration left out, in the order of the text. */
  referencesTo(symbol: ts.Symbol): readonly ts.Identifier[];
  /** The mention of a variable before another in the text. */
  referenceBefore(symbol: ts.Symbol, mention: ts.Identifier): ts.Identifier | undefined;
  writesTo(symbol: ts.Symbol): readonly Write[];
  /** The one expression whose value a variable has at this place; `undefined` where it may be another's, or no one's. */
  valueAt(identifier: ts.Identifier): ts.Expression | undefined;
  /** What gave a variable the value that it may have at this place; `undefined` where the text does not show it. */
  definitionAt(identifier: ts.Identifier): Definition | undefined;
}

export function createVariables(
  tsInstance: typeof ts,
  checker: ts.TypeChecker,
  sourceFile: ts.SourceFile,
  nodes: () => FileNodes,
): Variables {
  const references = new Map<ts.Node, Map<string, Map<ts.Symbol | undefined, ts.Identifier[]>>>();
  const writes = new Map<ts.Symbol, readonly Write[]>();
  /** The functions that write to a variable. */
  const writers = new Map<ts.Symbol, ReadonlySet<ts.Node>>();
  const definitions = new Map<ts.Symbol, ReadonlyMap<ts.Identifier, Definition>>();
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

  function referenceBefore(symbol: ts.Symbol, mention: ts.Identifier): ts.Identifier | undefined {
    const all = referencesTo(symbol);
    return all[firstFrom(all, mention.pos) - 1];
  }

  function writesTo(symbol: ts.Symbol): readonly Write[] {
    const known = writes.get(symbol);
    if (known !== undefined) return known;
    const found: Write[] = [];
    const add = (node: ts.Node, value: ts.Expression | undefined): void =>
      void found.push({ node, value, isNothing: value !== undefined && isNothing(tsInstance, value) });
    writes.set(symbol, found); // a pattern that takes apart what it makes
    for (const declaration of symbol.declarations ?? []) {
      if (tsInstance.isVariableDeclaration(declaration)) {
        const { initializer, parent } = declaration;
        const isLoopVariable =
          tsInstance.isForInStatement(parent.parent) || tsInstance.isForOfStatement(parent.parent);
        if (isLoopVariable || tsInstance.isCatchClause(parent)) add(declaration, undefined);
        else if (initializer !== undefined && !isNothing(tsInstance, initializer))
          add(declaration, initializer);
      } else if (tsInstance.isBindingElement(declaration))
        add(declaration, destructuredValue(tsInstance, declaration, valueAt));
      else add(declaration, undefined);
    }
    for (const reference of referencesTo(symbol)) {
      const write = writeBy(reference);
      if (write !== undefined) add(write.node, write.value);
    }
    return found;
  }

  function writeBy(reference: ts.Identifier): Omit<Write, "isNothing"> | undefined {
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
    const definition = definitionAt(use);
    if (symbol === undefined || definition === undefined) return undefined;
    let only: Write | undefined;
    for (const write of writesReaching(definition)) {
      if (write.isNothing) continue;
      if (only !== undefined) return undefined;
      only = write;
    }
    // A function that writes to the variable may be called at any time.
    const writing = getOrAdd(
      writers,
      symbol,
      () => new Set(writesTo(symbol).map(({ node }) => functionOf(tsInstance, node))),
    );
    return writing.size === 1 ? only?.value : undefined;
  }

  function definitionAt(use: ts.Identifier): Definition | undefined {
    const symbol = symbolOf(use);
    if (symbol === undefined) return undefined;
    const all = writesTo(symbol);
    const [only] = all;
    if (only === undefined) return undefined;
    if (all.length === 1) {
      // A function sees the variables around it when it is called, which is later.
      const isLater = functionOf(tsInstance, only.node) !== functionOf(tsInstance, use);
      if (isLater) return only;
      if (only.node === symbol.valueDeclaration) return only.node.end <= use.pos ? only : undefined;
    }
    return getOrAdd(definitions, symbol, () => definitionsOf(symbol, all)).get(use);
  }

  function definitionsOf(symbol: ts.Symbol, all: readonly Write[]): ReadonlyMap<ts.Identifier, Definition> {
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined || declaration.getSourceFile() !== sourceFile) return new Map();
    const owner = functionOf(tsInstance, declaration);
    const ofOwner = all.filter(({ node }) => functionOf(tsInstance, node) === owner);
    const found = new Map<ts.Node, Write>(ofOwner.map((each) => [each.node, each]));
    const nothing: Write = { node: declaration, value: undefined, isNothing: true };
    if (!found.has(declaration)) found.set(declaration, nothing);
    return findDefinitions({
      tsInstance,
      owner,
      mentions: referencesTo(symbol),
      writes: found,
      initial: nothing,
      jumps: nodes().jumps,
    });
  }

  return { symbolOf, referencesTo, referenceBefore, writesTo, valueAt, definitionAt };
}

/** What a map holds for a key; made when it is first asked for. */
function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined || map.has(key)) return known as V;
  const made = make();
  map.set(key, made);
  return made;
}
