import type ts from "typescript";
import type { FunctionRecord } from "../../transformer/1-analyze/plan-function";
import type { TextEdit } from "../../transformer/diagnostics/finding";
import { removeDirective } from "../../transformer/fixes/remove-directive";
import { removeImport } from "../../transformer/fixes/remove-import";
import { removeStatement } from "../../transformer/fixes/remove-statement";
import { annotationBy, directivePrologue } from "../../transformer/syntax/find-directives";
import { memberName } from "../../transformer/syntax/member-name";
import { isReference } from "../../transformer/syntax/nodes";
import { skipOuterExpressions } from "../../transformer/syntax/skip-outer-expressions";
import { takesName } from "../../transformer/syntax/takes-name";
import type { Left, MigratedFile, Migration } from "./migration";

/** Acquisitions that become one `using` together, as one list of declarations does, or why they do not. */
interface Unit {
  readonly calls: readonly ts.CallExpression[];
  readonly edits: readonly TextEdit[];
  readonly why: string | undefined;
}

/**
 * Says `raii` by `using` where `using` can say it: `const x = raii(e)` becomes `using x = e`, and `await raii(e)` becomes
 * `await using`. A function in which nothing is left that needs the transform loses its directive, the file its import.
 */
export function toUsing(file: MigratedFile): Migration {
  const { tsInstance, sourceFile, model } = file;
  const edits: TextEdit[] = [];
  const left: Left[] = [];
  const rewritten = new Set<ts.Node>();
  const removed = new Set<ts.Node>();
  for (const record of model.functions) {
    const units = unitsOf(file, record);
    for (const { calls, edits: own, why } of units) {
      if (why === undefined) for (const call of calls) rewritten.add(call);
      if (why === undefined) edits.push(...own);
      else for (const node of calls) left.push({ node, why });
    }
    if (units.length > 0 && record.moves.length === 0 && units.every(({ why }) => why === undefined)) {
      const { body } = record.node;
      if (body && tsInstance.isBlock(body)) edits.push(...withoutDirectives(file, body.statements));
    }
  }
  const isAllRewritten = model.functions.every(
    ({ acquisitions, moves }) =>
      moves.length === 0 && acquisitions.every(({ marker, node }) => !marker || rewritten.has(node)),
  );
  if (isAllRewritten && rewritten.size > 0) edits.push(...withoutDirectives(file, sourceFile.statements));
  for (const call of rewritten)
    for (const mention of model.mentions.filter(({ name }) => isCallee(tsInstance, name, call)))
      removed.add(mention.name);
  edits.push(...withoutImports(file, removed));
  left.sort((a, b) => a.node.pos - b.node.pos);
  return { edits, count: rewritten.size, left };
}

function withoutDirectives(
  { tsInstance, sourceFile }: MigratedFile,
  statements: readonly ts.Statement[],
): readonly TextEdit[] {
  return [...directivePrologue(tsInstance, statements)]
    .filter(annotationBy)
    .flatMap((directive) => removeDirective(sourceFile, directive).edits);
}

/** Removes the imports of the marker that were used, and are no more. */
function withoutImports(
  { tsInstance, sourceFile, model }: MigratedFile,
  removed: ReadonlySet<ts.Node>,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const { isImportDeclaration, isNamedImports, isImportSpecifier } = tsInstance;
  const references = model.mentions.filter(
    ({ name }) => !isImportSpecifier(name.parent) && isReference(tsInstance, name),
  );
  for (const statement of sourceFile.statements) {
    const bindings = isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (bindings === undefined || !isNamedImports(bindings)) continue;
    for (const specifier of bindings.elements) {
      const { text } = specifier.name;
      const uses = references.filter(({ name }) => name.text === text);
      if (model.markers.named.get(text) !== "raii" || uses.length === 0) continue;
      if (uses.every(({ name }) => removed.has(name)))
        edits.push(...removeImport(tsInstance, sourceFile, specifier));
    }
  }
  return edits;
}

function isCallee(tsInstance: typeof ts, name: ts.Identifier, call: ts.Node): boolean {
  const { parent } = name;
  return parent === call || (tsInstance.isPropertyAccessExpression(parent) && parent.parent === call);
}

/** The acquisitions of a function by the marker. */
function unitsOf(file: MigratedFile, record: FunctionRecord): readonly Unit[] {
  const { tsInstance } = file;
  const calls = new Set(
    record.acquisitions
      .filter(({ marker }) => marker !== undefined)
      .map(({ node }) => node as ts.CallExpression),
  );
  const units: Unit[] = [];
  const moved = movedNames(file, record);
  for (const call of calls) {
    const whole = awaitedCall(tsInstance, call);
    const { parent } = whole;
    if (tsInstance.isVariableDeclaration(parent) && parent.initializer === whole) {
      const list = parent.parent as ts.VariableDeclarationList;
      const together = list.declarations.flatMap(({ initializer }) =>
        [...calls].filter((each) => initializer && awaitedCall(tsInstance, each) === initializer),
      );
      for (const each of together) calls.delete(each);
      units.push(unitOfList(file, list, together, moved));
    } else units.push(unitOfStatement(file, whole, call, moved));
  }
  return units;
}

function unitOfList(
  file: MigratedFile,
  list: ts.VariableDeclarationList,
  calls: readonly ts.CallExpression[],
  moved: ReadonlySet<string> | "anything",
): Unit {
  const { tsInstance, sourceFile } = file;
  const why =
    obstacleOfList(file, list, calls) ??
    calls.map((call) => obstacleOfResource(file, call)).find((each) => each !== undefined) ??
    list.declarations
      .map(({ name }) => obstacleOfMove(moved, name.getText(sourceFile)))
      .find((each) => each !== undefined);
  if (why !== undefined) return { calls, edits: [], why };
  const start = list.getStart(sourceFile);
  const isAwaited = awaitedCall(tsInstance, calls[0]!) !== calls[0];
  const edits: TextEdit[] = [{ start, length: "const".length, text: isAwaited ? "await using" : "using" }];
  for (const call of calls) edits.push(...unwrap(file, call));
  return { calls, edits, why };
}

const outlivesBlock = 'It lives until the function returns; "using" ends with its block.';

/** `raii.function(x)` */
function isOfFunction(tsInstance: typeof ts, { expression }: ts.CallExpression): boolean {
  return memberName(tsInstance, skipOuterExpressions(tsInstance, expression)) === "function";
}

function obstacleOfList(
  { tsInstance, sourceFile }: MigratedFile,
  list: ts.VariableDeclarationList,
  calls: readonly ts.CallExpression[],
): string | undefined {
  const { NodeFlags } = tsInstance;
  const kind = list.flags & NodeFlags.BlockScoped;
  const block = list.parent.parent;
  const isOfBody = tsInstance.isBlock(block) && tsInstance.isFunctionLike(block.parent);
  if (!isOfBody && calls.some((call) => isOfFunction(tsInstance, call))) return outlivesBlock;
  if (kind === 0)
    return 'It is declared by "var", and lives until the function returns; "using" ends with its block.';
  if (kind === NodeFlags.Let) return 'It is declared by "let". Make it a "const".';
  if (list.declarations.some(({ name }) => !tsInstance.isIdentifier(name)))
    return '"using" takes no pattern. Give the handle a name, and take it apart on the next line.';
  if (calls.length < list.declarations.length)
    return "It shares its declaration with what is not acquired. Give it a declaration of its own.";
  if (new Set(calls.map((call) => awaitedCall(tsInstance, call) === call)).size > 1)
    return "One declaration has both raii() and await raii(). Give each a declaration of its own.";
  if (tsInstance.isVariableStatement(list.parent) && tsInstance.isCaseOrDefaultClause(list.parent.parent))
    return '"using" cannot stand in a clause of a "switch". Put the clause into braces.';
  const unnamed = calls.find(({ arguments: [argument] }) => argument && takesName(tsInstance, argument));
  return (
    unnamed &&
    `"using" would give the function or class in "${unnamed.getText(sourceFile)}" the name of the variable.`
  );
}

/** `raii(x);`: at the beginning of the body of `for (const x of xs)` it is `for (using x of xs)`. */
function unitOfStatement(
  file: MigratedFile,
  whole: ts.Expression,
  call: ts.CallExpression,
  moved: ReadonlySet<string> | "anything",
): Unit {
  const { tsInstance, sourceFile } = file;
  const calls = [call];
  const statement = whole.parent;
  if (isOfFunction(tsInstance, call)) return { calls, edits: [], why: outlivesBlock };
  if (!tsInstance.isExpressionStatement(statement))
    return {
      calls,
      edits: [],
      why: '"using" is not an expression. Give the handle a name, in a declaration of its own.',
    };
  const loop = loopThatHolds(file, statement, call);
  if (loop === undefined) return { calls, edits: [], why: 'It has no name, and "using" needs one.' };
  const list = loop.initializer as ts.VariableDeclarationList;
  const why =
    obstacleOfResource(file, call) ?? obstacleOfMove(moved, list.declarations[0]!.name.getText(sourceFile));
  if (why !== undefined) return { calls, edits: [], why };
  const keyword = whole === call ? "using" : "await using";
  const edits = [{ start: list.getStart(sourceFile), length: "const".length, text: keyword }];
  const block = loop.statement as ts.Block;
  const [, second] = block.statements;
  const start = block.getStart(sourceFile);
  const around = second === undefined ? "" : sourceFile.text.slice(start, second.getStart(sourceFile));
  if (block.statements.length === 2 && tsInstance.isBlock(second!) && !/\/[/*]/.test(around)) {
    // The block around the body was needed for the statement alone.
    edits.push({ start, length: around.length, text: "" });
    edits.push({ start: second.end, length: block.end - second.end, text: "" });
  } else edits.push(removeStatement(sourceFile, statement));
  return { calls, edits, why };
}

/** The loop over a constant whose every iteration begins with the statement, which acquires the constant. */
function loopThatHolds(
  { tsInstance }: MigratedFile,
  statement: ts.ExpressionStatement,
  { arguments: [argument] }: ts.CallExpression,
): ts.ForOfStatement | undefined {
  const block = statement.parent;
  const loop = block.parent;
  if (!tsInstance.isBlock(block) || block.statements[0] !== statement) return undefined;
  if (!tsInstance.isForOfStatement(loop) || !tsInstance.isVariableDeclarationList(loop.initializer))
    return undefined;
  const { declarations, flags } = loop.initializer;
  const isConst = (flags & tsInstance.NodeFlags.BlockScoped) === tsInstance.NodeFlags.Const;
  const { name } = declarations[0]!;
  const acquires =
    argument !== undefined &&
    tsInstance.isIdentifier(argument) &&
    tsInstance.isIdentifier(name) &&
    argument.text === name.text;
  return isConst && acquires ? loop : undefined;
}

/** Why a `using` of what is acquired would not be the same, as far as its type tells. */
function obstacleOfResource(
  { types, checker, tsInstance }: MigratedFile,
  { arguments: args, typeArguments }: ts.CallExpression,
): string | undefined {
  const [argument] = args;
  if (argument === undefined || args.length > 1 || tsInstance.isSpreadElement(argument))
    return "raii() takes one resource.";
  if (typeArguments !== undefined) return "It has type arguments. Write the type at the name.";
  const type = checker.getTypeAtLocation(argument);
  if (types.mayBeResource(type))
    return 'It is a Resource, and "using" takes Disposables only. disposable() makes one of it, but then the release is not told how the block ends.';
  const kinds = types.kindsOf(type);
  if (kinds.has("promise")) return 'It is a promise of a resource, and "using" does not await it. Await it.';
  return kinds.has("other") ? "Its type has no dispose method." : undefined;
}

/** The names of what `move` takes; `"anything"` where that is more than a name. */
function movedNames(
  { tsInstance }: MigratedFile,
  { moves }: FunctionRecord,
): ReadonlySet<string> | "anything" {
  const names = new Set<string>();
  for (const { node } of moves) {
    const [argument] = node.arguments;
    if (argument === undefined || !tsInstance.isIdentifier(argument)) return "anything";
    names.add(argument.text);
  }
  return names;
}

function obstacleOfMove(moved: ReadonlySet<string> | "anything", name: string): string | undefined {
  return moved === "anything" || moved.has(name)
    ? 'It may be moved out of its scope, and "using" always releases.'
    : undefined;
}

/** `await raii(x)`, or the call itself. */
function awaitedCall({ isAwaitExpression }: typeof ts, call: ts.CallExpression): ts.Expression {
  return isAwaitExpression(call.parent) ? call.parent : call;
}

/** What makes `e` of `raii(e)`, with the comments in it. */
function unwrap({ tsInstance, sourceFile }: MigratedFile, call: ts.CallExpression): readonly TextEdit[] {
  const start = awaitedCall(tsInstance, call).getStart(sourceFile);
  const [argument] = call.arguments;
  const from = argument!.getFullStart();
  const comma = call.arguments.hasTrailingComma ? [{ start: argument!.end, length: 1, text: "" }] : [];
  return [{ start, length: from - start, text: "" }, ...comma, { start: call.end - 1, length: 1, text: "" }];
}
