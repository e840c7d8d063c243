import type ts from "typescript";
import { isFunctionNode } from "../1-analyze/is-function-node";
import type { Held } from "./flow/held";
import { callsAfter } from "./flow/later";
import { contains, functionOf } from "./flow/nodes";
import type { Origin } from "./flow/origins";
import { valuesPutInto } from "./flow/put-into";
import { isUndone, lifetimeOf } from "./flow/targets";
import { isReleasedByOwner } from "./flow/moved";
import { relatedTo } from "./related";
import type { Rule, TypedFile } from "./rule";

/** A handle, or a function that uses it, leaves the scope that releases it. */
export const escape: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, flow, sourceFile } = file;
    if (flow.held.length === 0) return;
    for (const fn of new Set(flow.held.map((held) => held.fn)))
      if (tsInstance.isArrowFunction(fn) && !tsInstance.isBlock(fn.body))
        checkExit(file, fn, fn.body, "returned");
    const { exits, assignments, calls } = flow.nodes();
    for (const node of exits) {
      if (node.expression === undefined) continue;
      const verb = tsInstance.isReturnStatement(node) ? "returned" : "thrown";
      checkExit(file, functionOf(tsInstance, node), node.expression, verb);
    }
    for (const node of assignments) checkAssignment(file, node);
    for (const node of calls) checkCall(file, node);
    if (flow.held.some(({ fn }) => fn === sourceFile)) checkExports(file);
  },
};

function checkExit(file: TypedFile, fn: Held["fn"], expression: ts.Expression, verb: string): void {
  for (const origin of file.flow.origins.of(expression))
    if (origin.held.fn === fn && contains(origin.held.scope, expression)) say(file, origin, verb);
}

function checkAssignment(file: TypedFile, node: ts.BinaryExpression): void {
  const { tsInstance, flow } = file;
  const { left, right } = node;
  const isVariable = tsInstance.isIdentifier(left);
  if (
    !isVariable &&
    !tsInstance.isPropertyAccessExpression(left) &&
    !tsInstance.isElementAccessExpression(left)
  )
    return;
  for (const origin of flow.origins.of(right)) {
    const { held, via } = origin;
    if (!contains(held.scope, node)) continue;
    const lifetime = lifetimeOf(tsInstance, flow.variables, held, left);
    // A parameter's own name is as local as any; what it refers to is the caller's.
    const isLocal = lifetime === "function" || (lifetime === "parameter" && isVariable);
    if (lifetime === "inside" || lifetime === "unknown") continue;
    if (isUndone(tsInstance, held, left, node)) continue;
    if (isLocal && !isReadBefore(file, held, left)) continue; // what is read after is use-after-release
    // Until the scope ends the assignment may be what it is for: `ctx.db = db; await next()`, `this.server = server;
    // await this.stopped`. What a constructor assigns is there to stay.
    const isToStay =
      tsInstance.isConstructorDeclaration(held.fn) && lifetime === "beyond" && via !== "closure";
    if (!isLocal && !isToStay && callsAfter(tsInstance, held.scope, node)) continue;
    say(file, origin, `assigned to "${left.getText()}", which outlives it`);
  }
}

/** Whether a variable of the function is read before the scope, in a loop around it: then it has what the last round left. */
function isReadBefore({ tsInstance, flow }: TypedFile, held: Held, target: ts.Expression): boolean {
  if (!tsInstance.isIdentifier(target)) return false;
  const symbol = flow.variables.symbolOf(target);
  if (symbol === undefined) return false;
  const writes = flow.variables.writesTo(symbol);
  if (writes.length !== 1) return false;
  let loop: ts.Node | undefined;
  for (let node = held.scope.parent; contains(held.fn, node) && node !== held.fn; node = node.parent)
    if (tsInstance.isIterationStatement(node, false)) loop = node;
  return (
    loop !== undefined &&
    flow.variables
      .referencesTo(symbol)
      .some((each) => each.end <= held.node.pos && contains(loop, each) && isUse(tsInstance, each))
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
function checkCall(file: TypedFile, node: ts.CallExpression): void {
  const { tsInstance, flow } = file;
  if (!tsInstance.isPropertyAccessExpression(node.expression)) return;
  const container = node.expression.expression;
  const values = valuesPutInto(tsInstance, container);
  if (values.length === 0) return;
  for (const value of values)
    for (const origin of flow.origins.of(value)) {
      const { held } = origin;
      if (!contains(held.scope, node)) continue;
      const lifetime = lifetimeOf(tsInstance, flow.variables, held, container);
      if (lifetime === "inside" || lifetime === "unknown" || !isContainer(file, container)) continue;
      if (isUndone(tsInstance, held, container, node)) continue;
      if (lifetime === "function" && !isUsedOutside(file, held, container)) continue;
      say(file, origin, `put into "${container.getText()}", which outlives it`);
    }
}

/** Arrays, sets and maps: of these it is known what their methods do. */
function isContainer({ tsInstance, checker }: TypedFile, expression: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  if (checker.isArrayType(type)) return true;
  const symbol = type.getSymbol();
  const isLibrary = symbol?.declarations?.some((each) =>
    tsInstance.isSourceFile(each.parent)
      ? each.parent.hasNoDefaultLib || /\blib\.[\w.]+\.d\.ts$/.test(each.parent.fileName)
      : false,
  );
  return isLibrary === true && /^(?:Set|Map)$/.test(symbol!.name);
}

/** Whether a container of the same function is looked into after the scope of the handle, or given away. */
function isUsedOutside({ tsInstance, flow }: TypedFile, held: Held, container: ts.Expression): boolean {
  const root = tsInstance.isIdentifier(container) ? flow.variables.symbolOf(container) : undefined;
  if (root === undefined) return false;
  return flow.variables.referencesTo(root).some((each) => {
    if (each.pos < held.scope.end || !contains(held.fn, each)) return false;
    // How many there were is no use of them.
    const { parent } = each;
    return !(tsInstance.isPropertyAccessExpression(parent) && /^(?:length|size)$/.test(parent.name.text));
  });
}

/** `export { handle }`, `export default handle`, `export const other = handle`, an exported function that uses it. */
function checkExports(file: TypedFile): void {
  const { tsInstance, flow, sourceFile } = file;
  const { ExportKeyword } = tsInstance.SyntaxKind;
  const leave = (expression: ts.Expression): void => {
    for (const origin of flow.origins.of(expression))
      if (origin.held.fn === sourceFile && origin.held.scope === sourceFile) say(file, origin, "exported");
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
          say(file, { held, via: "closure", at: statement.name ?? statement }, "exported");
    }
  }
}

const subjects = {
  itself: "it",
  inside: "what holds it",
  closure: "a function that uses it",
  lazy: "what reads from it",
  owned: "what it owns",
} as const;

function say(file: TypedFile, { held, via, at }: Origin, verb: string): void {
  const { tsInstance, checker, flow } = file;
  if (isReleasedByOwner(tsInstance, flow.variables, held)) return;
  if (via === "itself" && tsInstance.isExpression(at)) {
    // `null` may be acquired, and of a lock there may be nothing to use.
    const { TypeFlags } = tsInstance;
    const isNothing =
      TypeFlags.Null | TypeFlags.Undefined | TypeFlags.Void | TypeFlags.Never | TypeFlags.BooleanLike;
    if (checker.getTypeAtLocation(at).flags & isNothing) return;
  }
  const subject = subjects[via];
  // Of a function the first line is enough to see.
  const node = isFunctionNode(tsInstance, at) && at.name !== undefined ? at.name : at;
  file.say({
    key: "escape",
    node,
    args: [held.name, `${subject} is ${verb}`],
    related: relatedTo(file, held),
  });
}
