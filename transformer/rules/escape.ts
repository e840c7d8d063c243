import type ts from "typescript";
import { valuesWrittenTo } from "../flow/container-writes";
import { isContainer } from "../flow/containers";
import type { Held } from "../flow/held";
import { suspendsAfter } from "../flow/later";
import { isUndone, lifetimeOf } from "../flow/lifetimes";
import type { Origin } from "../flow/origin";
import { mayBeReadAfter } from "../flow/read-after";
import { isLoading } from "../syntax/derived-names";
import { isStarting } from "../syntax/member-names";
import { contains, functionOf, plainName, shortText } from "../syntax/nodes";
import { reportEscape } from "./helpers/report-escape";
import type { TypedFile, TypeRule } from "./rule";

/** A handle, or a function that uses it, leaves the scope that releases it. */
export const escape: TypeRule = {
  reports: ["escape"],
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    if (flow.held.length === 0) return;
    for (const fn of flow.acquiring)
      if (tsInstance.isArrowFunction(fn) && !tsInstance.isBlock(fn.body))
        checkExit(file, fn, fn.body, "returned");
    const { exits, assignments, calls } = flow.nodes();
    for (const node of exits) {
      if (node.expression === undefined) continue;
      const verb = tsInstance.isReturnStatement(node) ? "returned" : "thrown";
      checkExit(file, functionOf(tsInstance, node), node.expression, verb);
    }
    for (const node of assignments) checkAssignment(file, node);
    const usedOutside: UsedOutside = new Map();
    for (const node of calls) checkCall(file, node, usedOutside);
    for (const { expression } of flow.nodes().statements) checkStart(file, expression);
    if (flow.acquiring.has(sourceFile)) checkExports(file);
  },
};

function checkExit(file: TypedFile, fn: Held["fn"], expression: ts.Expression, verb: string): void {
  for (const origin of file.flow.origins.of(expression)) {
    const { held } = origin;
    if (held.fn !== fn || !contains(held.scope, expression)) continue;
    if (verb !== "thrown" || !isCaughtIn(file, held.scope, expression)) reportEscape(file, origin, verb);
  }
}

/** `spawn("tar", { cwd: folder });`, `createReadStream(path).pipe(response);`: work that goes on, and nobody waits for it. */
function checkStart(file: TypedFile, statement: ts.Expression): void {
  const { tsInstance, checker, flow } = file;
  let expression = statement;
  // To await what is no promise waits for nothing.
  if (tsInstance.isAwaitExpression(expression)) {
    ({ expression } = expression);
    if (checker.getTypeAtLocation(expression).getProperty("then") !== undefined) return;
  }
  if (!tsInstance.isCallExpression(expression)) return;
  const { expression: callee, arguments: given } = expression;
  const isMember = tsInstance.isPropertyAccessExpression(callee);
  if (!isStarting(isMember ? callee.name.text : callee.getText()) && !isStarting(callee.getText())) return;
  // With a callback it is another rule's.
  if (given.some((each) => tsInstance.isFunctionLike(each))) return;
  const isPipe = isMember && callee.name.text === "pipe";
  const used = isPipe ? [callee.expression] : given;
  for (const origin of used.flatMap((each) => flow.origins.of(each))) {
    const { held } = origin;
    if (!contains(held.scope, expression) || held.fn !== functionOf(tsInstance, expression)) continue;
    if (suspendsAfter(tsInstance, held.scope, statement)) continue;
    if (isPipe && given.some((to) => outlives(file, to, held))) continue;
    reportEscape(
      file,
      origin,
      `handed to "${shortText(file.sourceFile, callee)}", which may go on after that`,
    );
    return;
  }
}

/** `gzip.pipe(file)` of two handles: the one that writes is released first, and until then the other is there. */
function outlives({ flow }: TypedFile, expression: ts.Expression, held: Held): boolean {
  return flow.origins
    .of(expression)
    .some(({ held: other }) => contains(other.scope, held.scope) && other.node.end <= held.node.pos);
}

/** Whether a `catch` takes what is thrown before the scope ends. */
function isCaughtIn({ tsInstance }: TypedFile, scope: ts.Node, thrown: ts.Node): boolean {
  for (let node = thrown; node !== scope && contains(scope, node); node = node.parent) {
    const { parent } = node;
    if (tsInstance.isTryStatement(parent) && parent.tryBlock === node && parent.catchClause !== undefined)
      return contains(scope, parent);
  }
  return false;
}

function checkAssignment(file: TypedFile, node: ts.BinaryExpression): void {
  const { tsInstance, flow } = file;
  const { left, right } = node;
  const isTarget =
    tsInstance.isIdentifier(left) ||
    tsInstance.isPropertyAccessExpression(left) ||
    tsInstance.isElementAccessExpression(left);
  if (!isTarget) return;
  const origins = flow.origins.of(right);
  checkKept(file, node, left, origins);
  if (tsInstance.isPropertyAccessExpression(left) && isLoading(left.name.text))
    checkLoaded(file, node, left, origins);
}

/** `image.src = url`, `link.href = url`: what is there is loaded later, and nobody waits for it. */
function checkLoaded(
  file: TypedFile,
  node: ts.BinaryExpression,
  { expression: element, name }: ts.PropertyAccessExpression,
  origins: readonly Origin[],
): void {
  const { tsInstance, checker, flow } = file;
  if (origins.length === 0 || checker.getTypeAtLocation(element).getProperty("nodeType") === undefined)
    return;
  for (const origin of origins) {
    const { held, via } = origin;
    if (held.fn !== functionOf(tsInstance, node) || !contains(held.scope, node)) continue;
    if (via !== "itself" && via !== "path") continue;
    // Where it lives longer, that is told as such.
    if (lifetimeOf(tsInstance, flow.variables, held, element) !== "inside") continue;
    if (suspendsAfter(tsInstance, held.scope, node) || isUndone(flow.undoingsIn(held.fn), node.left, node))
      continue;
    reportEscape(file, origin, `loaded later by "${element.getText()}.${name.text}"`);
  }
}

/** `target = handle`, `Object.assign(target, { handle })` */
function checkKept(
  file: TypedFile,
  node: ts.Expression,
  target: ts.Expression,
  origins: readonly Origin[],
): void {
  const { tsInstance, flow } = file;
  for (const origin of origins) {
    const { held, via } = origin;
    if (!contains(held.scope, node)) continue;
    const lifetime = lifetimeOf(tsInstance, flow.variables, held, target);
    // A parameter's own name is as local as any; what it refers to is the caller's.
    const isName = tsInstance.isBinaryExpression(node) && tsInstance.isIdentifier(target);
    const isLocal = lifetime === "function" || (lifetime === "parameter" && isName);
    if (lifetime === "inside" || lifetime === "unknown") continue;
    if (isUndone(flow.undoingsIn(held.fn), target, node)) continue;
    if (isLocal && !isReadBefore(file, held, target, node)) continue; // what is read after is use-after-release
    // Until the scope ends the assignment may be what it is for: `ctx.db = db; await next()`, `this.server = server;
    // await this.stopped`. What a constructor assigns is there to stay.
    const isToStay =
      tsInstance.isConstructorDeclaration(held.fn) && lifetime === "beyond" && via !== "closure";
    if (!isLocal && !isToStay && mayBeReadAfter(file, held, node, target)) continue;
    const verb = `assigned to "${shortText(file.sourceFile, target)}", which outlives it`;
    reportEscape(file, origin, verb, lifetime === "function" ? "function" : "beyond");
  }
}

/** Whether a variable of the function is read before it is written to, in a loop: then it has what the last round left. */
function isReadBefore(
  { tsInstance, flow }: TypedFile,
  held: Held,
  target: ts.Expression,
  write: ts.Node,
): boolean {
  if (!tsInstance.isIdentifier(target)) return false;
  const symbol = flow.variables.symbolOf(target);
  if (symbol === undefined) return false;
  const writes = flow.variables.writesTo(symbol);
  if (writes.length !== 1) return false;
  const loop = loopAround(tsInstance, held, symbol.valueDeclaration ?? target);
  return (
    loop !== undefined &&
    flow.variables
      .referencesTo(symbol)
      .some((each) => each.end <= write.pos && contains(loop, each) && isUse(tsInstance, each))
  );
}

/** Whether a mention of a variable uses what it holds, and does not only ask whether there is something. */
function isUse(tsInstance: typeof ts, { parent }: ts.Identifier): boolean {
  return (
    tsInstance.isPropertyAccessExpression(parent) ||
    tsInstance.isElementAccessExpression(parent) ||
    tsInstance.isCallExpression(parent)
  );
}

/** `list.push(handle)`, where the list outlives the handle. */
function checkCall(file: TypedFile, node: ts.CallExpression, usedOutside: UsedOutside): void {
  const { tsInstance, flow } = file;
  if (!tsInstance.isPropertyAccessExpression(node.expression)) return;
  const [target, ...sources] = node.arguments;
  if (target !== undefined && plainName(tsInstance, node.expression) === "Object.assign")
    checkKept(
      file,
      node,
      target,
      sources.flatMap((each) => flow.origins.of(each)).filter(({ via }) => via !== "itself"),
    );
  const container = node.expression.expression;
  const values = valuesWrittenTo(tsInstance, container);
  if (values.length === 0) return;
  for (const value of values)
    for (const origin of flow.origins.of(value)) {
      const { held } = origin;
      if (!contains(held.scope, node)) continue;
      const lifetime = lifetimeOf(tsInstance, flow.variables, held, container);
      if (lifetime === "inside" || lifetime === "unknown" || !isContainer(file.checker, container)) continue;
      if (isUndone(flow.undoingsIn(held.fn), container, node) || isGoneWithKey(file, container, node, held))
        continue;
      if (lifetime === "function" && !isUsedOutside(file, held, container, usedOutside)) continue;
      const verb = `put into "${shortText(file.sourceFile, container)}", which outlives it`;
      reportEscape(file, origin, verb, lifetime === "function" ? "function" : "beyond");
    }
}

/** `weak.set(handle, …)`: of a WeakMap an entry is gone with its key. */
function isGoneWithKey(
  { checker, flow }: TypedFile,
  container: ts.Expression,
  { arguments: [key] }: ts.CallExpression,
  held: Held,
): boolean {
  const isWeak = checker.getTypeAtLocation(container).getSymbol()?.name === "WeakMap";
  return isWeak && key !== undefined && flow.origins.of(key).some((each) => each.held === held);
}

/** What has been found out of a container, by the scope that it was asked for. */
type UsedOutside = Map<ts.Symbol, Map<ts.Node, boolean>>;

/** Whether a container of the same function is looked into after the scope of the handle, or given away. */
function isUsedOutside(
  { tsInstance, flow }: TypedFile,
  held: Held,
  container: ts.Expression,
  usedOutside: UsedOutside,
): boolean {
  const root = tsInstance.isIdentifier(container) ? flow.variables.symbolOf(container) : undefined;
  const declaration = root?.valueDeclaration;
  if (root === undefined || declaration === undefined) return false;
  const byScope = usedOutside.get(root) ?? new Map<ts.Node, boolean>();
  usedOutside.set(root, byScope);
  const known = byScope.get(held.scope);
  if (known !== undefined) return known;
  const all = flow.variables.referencesTo(root);
  const isEmptied = all.some(({ parent }) => isEmptying(tsInstance, parent));
  const loop = isEmptied ? undefined : loopAround(tsInstance, held, declaration);
  const isUsed = all.some((each) => {
    const isLater = each.pos >= held.scope.end && contains(held.fn, each);
    // In the next round of a loop it still holds what this one has put there.
    if (!isLater && !(loop !== undefined && contains(loop, each))) return false;
    if (valuesWrittenTo(tsInstance, each).length > 0) return false;
    // How many there were is no use of them.
    const { parent } = each;
    return !(tsInstance.isPropertyAccessExpression(parent) && /^(?:length|size)$/.test(parent.name.text));
  });
  byScope.set(held.scope, isUsed);
  return isUsed;
}

/** `list.length = 0`, `list = []` */
function isEmptying(tsInstance: typeof ts, node: ts.Node): boolean {
  const target = tsInstance.isPropertyAccessExpression(node) ? node.parent : node;
  return (
    tsInstance.isBinaryExpression(target) &&
    target.operatorToken.kind === tsInstance.SyntaxKind.EqualsToken &&
    (target === node || (node as ts.PropertyAccessExpression).name.text === "length")
  );
}

/** The outermost loop around the scope of a handle that a variable is declared outside of. */
function loopAround(tsInstance: typeof ts, { scope, fn }: Held, declaration: ts.Node): ts.Node | undefined {
  let loop: ts.Node | undefined;
  for (let node = scope.parent; node !== fn && contains(fn, node); node = node.parent)
    if (tsInstance.isIterationStatement(node, false) && !contains(node, declaration)) loop = node;
  return loop;
}

/** `export { handle }`, `export default handle`, `export const other = handle`, an exported function that uses it. */
function checkExports(file: TypedFile): void {
  const { tsInstance, flow, sourceFile } = file;
  const { ExportKeyword } = tsInstance.SyntaxKind;
  const leave = (expression: ts.Expression): void => {
    for (const origin of flow.origins.of(expression))
      if (origin.held.fn === sourceFile && origin.held.scope === sourceFile)
        reportEscape(file, origin, "exported");
  };
  for (const statement of sourceFile.statements) {
    const isExported =
      tsInstance.canHaveModifiers(statement) &&
      statement.modifiers?.some(({ kind }) => kind === ExportKeyword) === true;
    if (tsInstance.isExportAssignment(statement)) leave(statement.expression);
    else if (tsInstance.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier, isTypeOnly } = statement;
      if (isTypeOnly || moduleSpecifier !== undefined || !exportClause) continue;
      if (tsInstance.isNamedExports(exportClause))
        for (const { name, propertyName } of exportClause.elements) {
          const local = propertyName ?? name;
          if (tsInstance.isIdentifier(local)) leave(local);
        }
    } else if (isExported && tsInstance.isVariableStatement(statement)) {
      for (const { initializer } of statement.declarationList.declarations)
        if (initializer !== undefined) leave(initializer);
    } else if (isExported && tsInstance.isFunctionDeclaration(statement)) {
      for (const held of flow.origins.capturedBy(statement))
        if (held.scope === sourceFile)
          reportEscape(file, { held, via: "closure", at: statement.name ?? statement }, "exported");
    }
  }
}
