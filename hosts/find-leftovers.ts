import type ts from "typescript";
import { hasSyntaxErrors } from "../source/emit-fragments";
import { loadTypeScript } from "../source/load-typescript";
import { isMarkerName, type MarkerName } from "../transformer/1-analyze/markers";
import { addLexicalNames, addVarNames, namesOfBindings } from "../transformer/syntax/declared-names";
import { forEachDescendant } from "../transformer/syntax/for-each-descendant";
import { memberName } from "../transformer/syntax/member-name";
import { skipOuterExpressions } from "../transformer/syntax/skip-outer-expressions";
import { scriptName } from "./script-name";

/** A call of a marker that nothing has compiled. It would throw when it runs. */
export interface Leftover {
  /** As it is written: `raii`, `raii.function`, `move`. */
  readonly name: string;
  /** In characters from the start of the text. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
  /** In characters, from 0. */
  readonly column: number;
}

/** What names reach the markers in a module. */
interface Bindings {
  readonly named: Map<string, MarkerName>;
  readonly namespaces: Set<string>;
}

/**
 * Finds the calls of markers in the text of a module, as it is when every plugin has had its turn: TypeScript or JavaScript,
 * an ES module or CommonJS. Code that ts-raii has emitted calls only members of the markers, and has none.
 *
 * @param importSources the modules whose exports are the markers.
 */
export function findLeftovers(
  text: string,
  id: string,
  importSources: readonly string[],
  tsInstance?: typeof ts,
): readonly Leftover[] {
  if (!importSources.some((source) => text.includes(source))) return [];
  const typescript = tsInstance ?? loadTypeScript(id);
  const sourceFile = typescript.createSourceFile(scriptName(id), text, typescript.ScriptTarget.ESNext, true);
  const bindings = findBindings(typescript, sourceFile, importSources);
  if (bindings.named.size + bindings.namespaces.size === 0) return [];
  const leftovers: Leftover[] = [];
  forEachDescendant(typescript, sourceFile, (node) => {
    if (typescript.isCallExpression(node)) {
      const name = markerCalled(typescript, node.expression, bindings);
      if (name !== undefined) {
        const start = node.getStart(sourceFile);
        const { line, character } = sourceFile.getLineAndCharacterOfPosition(start);
        leftovers.push({ name, start, line: line + 1, column: character });
      }
    }
    return true;
  });
  return leftovers.sort((a, b) => a.start - b.start);
}

/** Whether the text of a module has syntax errors. */
export function cannotBeParsed(text: string, id: string, tsInstance?: typeof ts): boolean {
  const typescript = tsInstance ?? loadTypeScript(id);
  return hasSyntaxErrors(
    typescript,
    typescript.createSourceFile(scriptName(id), text, typescript.ScriptTarget.ESNext, true),
  );
}

function findBindings(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  importSources: readonly string[],
): Bindings {
  const bindings: Bindings = { named: new Map(), namespaces: new Set() };
  const isSource = (node: ts.Node | undefined): boolean =>
    node !== undefined && tsInstance.isStringLiteralLike(node) && importSources.includes(node.text);
  for (const statement of sourceFile.statements) {
    if (tsInstance.isImportDeclaration(statement) && isSource(statement.moduleSpecifier)) {
      addImport(tsInstance, statement.importClause, bindings);
    } else if (tsInstance.isImportEqualsDeclaration(statement)) {
      const { moduleReference, name } = statement;
      if (tsInstance.isExternalModuleReference(moduleReference) && isSource(moduleReference.expression))
        bindings.namespaces.add(name.text);
    } else if (tsInstance.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer && requires(tsInstance, initializer, isSource))
          addRequired(tsInstance, name, bindings);
    }
  }
  return bindings;
}

function addImport(tsInstance: typeof ts, clause: ts.ImportClause | undefined, bindings: Bindings): void {
  if (clause === undefined || clause.isTypeOnly) return;
  if (clause.name !== undefined) bindings.namespaces.add(clause.name.text); // of a CommonJS module
  const { namedBindings } = clause;
  if (namedBindings === undefined) return;
  if (tsInstance.isNamespaceImport(namedBindings)) {
    bindings.namespaces.add(namedBindings.name.text);
    return;
  }
  for (const { propertyName, name, isTypeOnly } of namedBindings.elements) {
    const { text } = propertyName ?? name;
    if (!isTypeOnly && isMarkerName(text)) bindings.named.set(name.text, text);
  }
}

/** Whether an expression is `require("ts-raii")`, as it is or in a helper's call: `__toESM(require("ts-raii"))`. */
function requires(
  tsInstance: typeof ts,
  expression: ts.Expression,
  isSource: (node: ts.Node | undefined) => boolean,
): boolean {
  let inner = skipOuterExpressions(tsInstance, expression);
  while (tsInstance.isCallExpression(inner)) {
    const argument = inner.arguments[0];
    if (argument === undefined) return false;
    if (isSource(argument)) return true;
    inner = skipOuterExpressions(tsInstance, argument);
  }
  return false;
}

function addRequired(tsInstance: typeof ts, name: ts.BindingName, bindings: Bindings): void {
  if (tsInstance.isIdentifier(name)) bindings.namespaces.add(name.text);
  if (!tsInstance.isObjectBindingPattern(name)) return;
  for (const { propertyName, name: local } of name.elements) {
    if (!tsInstance.isIdentifier(local)) continue;
    const exported = propertyName && tsInstance.isIdentifier(propertyName) ? propertyName.text : local.text;
    if (isMarkerName(exported)) bindings.named.set(local.text, exported);
  }
}

function markerCalled(
  tsInstance: typeof ts,
  expression: ts.Expression,
  bindings: Bindings,
): string | undefined {
  const callee = skipComma(tsInstance, expression);
  const marker = markerOf(tsInstance, callee, bindings);
  if (marker !== undefined) return marker;
  if (memberName(tsInstance, callee) !== "function") return undefined;
  const object = skipComma(tsInstance, (callee as ts.AccessExpression).expression);
  return markerOf(tsInstance, object, bindings) === "raii" ? "raii.function" : undefined;
}

function markerOf(
  tsInstance: typeof ts,
  expression: ts.Expression,
  { named, namespaces }: Bindings,
): MarkerName | undefined {
  if (tsInstance.isIdentifier(expression)) {
    const name = named.get(expression.text);
    return name !== undefined && !isShadowed(tsInstance, expression) ? name : undefined;
  }
  const name = memberName(tsInstance, expression);
  if (name === undefined || !isMarkerName(name)) return undefined;
  const object = skipComma(tsInstance, (expression as ts.AccessExpression).expression);
  // `ns.default.raii` is what some make of an import of CommonJS.
  const namespace =
    memberName(tsInstance, object) === "default" ? (object as ts.AccessExpression).expression : object;
  const reaches = tsInstance.isIdentifier(namespace) && namespaces.has(namespace.text);
  return reaches && !isShadowed(tsInstance, namespace) ? name : undefined;
}

/** Of `(0, ns.raii)(x)`, which calls without a `this`, the last. */
function skipComma(tsInstance: typeof ts, expression: ts.Expression): ts.Expression {
  const inner = skipOuterExpressions(tsInstance, expression);
  const isComma =
    tsInstance.isBinaryExpression(inner) && inner.operatorToken.kind === tsInstance.SyntaxKind.CommaToken;
  return isComma ? skipOuterExpressions(tsInstance, inner.right) : inner;
}

/** Whether something between a name and the top of the file declares that name anew. */
function isShadowed(tsInstance: typeof ts, { text, parent }: ts.Identifier): boolean {
  for (let node: ts.Node = parent; !tsInstance.isSourceFile(node); node = node.parent)
    if (namesDeclaredBy(tsInstance, node).has(text)) return true;
  return false;
}

function namesDeclaredBy(tsInstance: typeof ts, node: ts.Node): ReadonlySet<string> {
  if (tsInstance.isBlock(node) || tsInstance.isModuleBlock(node))
    return addLexicalNames(tsInstance, node.statements, new Set());
  if (tsInstance.isCaseBlock(node))
    return addLexicalNames(
      tsInstance,
      node.clauses.flatMap(({ statements }) => [...statements]),
      new Set(),
    );
  if (tsInstance.isFunctionLike(node)) {
    const names = namesOfBindings(tsInstance, node.parameters as Iterable<ts.ParameterDeclaration>);
    if (tsInstance.isFunctionExpression(node) && node.name !== undefined) names.add(node.name.text);
    const { body } = node as ts.FunctionLikeDeclaration;
    return body === undefined ? names : addVarNames(tsInstance, body, names);
  }
  if (tsInstance.isClassExpression(node) && node.name !== undefined) return new Set([node.name.text]);
  if (tsInstance.isCatchClause(node))
    return namesOfBindings(tsInstance, node.variableDeclaration ? [node.variableDeclaration] : []);
  if (
    tsInstance.isForStatement(node) ||
    tsInstance.isForInStatement(node) ||
    tsInstance.isForOfStatement(node)
  ) {
    const { initializer } = node;
    if (initializer && tsInstance.isVariableDeclarationList(initializer))
      return namesOfBindings(tsInstance, initializer.declarations);
  }
  return new Set();
}
