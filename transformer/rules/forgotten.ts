import type ts from "typescript";
import { shortText, walkCode } from "./flow/nodes";
import type { Rule, TypedFile } from "./rule";

/** A resource that is made and dropped; where it is asked for, also a Disposable. */
export const forgotten: Rule = {
  needsTypes: true,
  check(file) {
    const { tsInstance, checker, flow, sourceFile, options, model } = file;
    const areDisposablesAsked = (options.severity["forgotten-disposable"] ?? "off") !== "off";
    const markers = new Set<ts.Node>(flow.held.map((each) => each.node));
    const moves = new Set<ts.Node>(flow.moves.map((each) => each.node));
    const look = (expression: ts.Expression): void => {
      const type = checker.getTypeAtLocation(expression);
      const text = `"${shortText(sourceFile, expression)}"`;
      const made = tsInstance.isAwaitExpression(expression) ? expression.expression : expression;
      const args = [text, moves.has(made) ? "nothing releases what was moved" : "nothing happens"];
      if (flow.types.isResource(type)) file.say({ key: "forgotten", node: expression, args });
      else if (areDisposablesAsked && isFreshDisposable(file, made, type))
        file.say({ key: "forgotten-disposable", node: expression, args });
    };
    walkCode(tsInstance, sourceFile, (node) => {
      if (tsInstance.isExpressionStatement(node)) {
        const { expression } = node;
        const made = tsInstance.isAwaitExpression(expression) ? expression.expression : expression;
        // raii() gives a handle, whatever that is.
        const isMade = tsInstance.isCallExpression(made) || tsInstance.isNewExpression(made);
        const isHandedOn = isMade && !moves.has(made) && handsOn(file, made);
        if (isMade && !markers.has(made) && !isHandedOn) look(expression);
      } else if (model !== undefined && tsInstance.isVariableDeclaration(node)) {
        const { name, initializer } = node;
        if (initializer === undefined || !tsInstance.isIdentifier(name) || !isConstant(file, node)) return;
        if (!tsInstance.isCallExpression(initializer) && !tsInstance.isNewExpression(initializer)) return;
        const symbol = checker.getSymbolAtLocation(name);
        const isUnused = symbol !== undefined && flow.variables.referencesTo(symbol).length === 0;
        if (isUnused && !markers.has(initializer) && isResource(initializer)) look(initializer);
      }
    });

    function isResource(expression: ts.Expression): boolean {
      return flow.types.isResource(checker.getTypeAtLocation(expression));
    }
  },
};

/** Whether a call may give back what it was given: a method of a resource, or a function over one. */
function handsOn(
  { tsInstance, checker, flow }: TypedFile,
  made: ts.CallExpression | ts.NewExpression,
): boolean {
  if (tsInstance.isNewExpression(made)) return false;
  const given = [...made.arguments];
  if (tsInstance.isPropertyAccessExpression(made.expression)) given.push(made.expression.expression);
  return given.some((each) => {
    const type = checker.getTypeAtLocation(each);
    return flow.types.isResource(type) || checker.isArrayType(type);
  });
}

/** A local `const`: what is exported may be used elsewhere. */
function isConstant({ tsInstance }: TypedFile, { parent }: ts.VariableDeclaration): boolean {
  const { Const, BlockScoped } = tsInstance.NodeFlags;
  if ((parent.flags & BlockScoped) !== Const || !tsInstance.isVariableStatement(parent.parent)) return false;
  return parent.parent.modifiers === undefined;
}

/** A Disposable that this very expression makes: a method that gives back its own object makes nothing. */
function isFreshDisposable(
  { tsInstance, checker, flow }: TypedFile,
  made: ts.Expression,
  type: ts.Type,
): boolean {
  const kinds = flow.types.kindsOf(type);
  const isDisposable = [...kinds].every((kind) => kind === "sync" || kind === "async" || kind === "both");
  if (!isDisposable) return false;
  // Node made timers disposable; nobody releases those.
  if (/^(?:Timeout|Immediate|Timer)$/.test(type.getSymbol()?.name ?? "")) return false;
  if (!tsInstance.isCallExpression(made) || !tsInstance.isPropertyAccessExpression(made.expression))
    return true;
  return checker.getTypeAtLocation(made.expression.expression) !== type;
}
