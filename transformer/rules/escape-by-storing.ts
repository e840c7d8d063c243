import type ts from "typescript";
import { isContainer } from "../flow/containers";
import { createKeepingFunctions, type KeepingFunctions } from "../flow/keeping-functions";
import { suspendsAfter } from "../flow/later";
import { isUndone, lifetimeOf } from "../flow/lifetimes";
import type { Origin } from "../flow/origin";
import { isDeclaredIn, mayBeReadAfter } from "../flow/read-after";
import { isPathMaking } from "../syntax/derived-names";
import { isLibraryFile } from "../syntax/is-library-file";
import { isKeeping, isSetterName, isStoring } from "../syntax/member-names";
import { contains, outerExpression, plainName, shortText } from "../syntax/nodes";
import { reportEscape } from "./helpers/report-escape";
import type { TypedFile, TypeRule } from "./rule";

/** A handle is given to a function that stores it: `setState(handle)`, `resolve(handle)`, `registry.register(handle)`. */
export const escapeByStoring: TypeRule = {
  reports: ["escape"],
  check(file) {
    const { tsInstance, checker, flow } = file;
    if (flow.held.length === 0) return;
    const keeping = createKeepingFunctions(tsInstance, checker);
    for (const call of flow.nodes().calls) {
      if (call.arguments.length === 0 || flow.heldAt.has(call)) continue;
      call.arguments.forEach((argument, index) => {
        for (const origin of flow.origins.of(argument)) {
          if (!contains(origin.held.scope, call)) continue;
          const verb = storedBy(file, keeping, call, index, origin);
          if (verb !== undefined) reportEscape(file, origin, verb);
        }
      });
    }
  },
};

/** How a call stores an argument through which a handle is reached; `undefined` where it does not, or may well. */
function storedBy(
  file: TypedFile,
  keeping: KeepingFunctions,
  call: ts.CallExpression,
  index: number,
  { held, via }: Origin,
): string | undefined {
  const { tsInstance, sourceFile } = file;
  const callee = call.expression;
  const name = nameOf(tsInstance, callee);
  const keeps = `given to "${shortText(sourceFile, callee)}", which keeps it`;
  if (isResolving(file, callee, held.scope))
    return suspendsAfter(tsInstance, held.scope, call)
      ? undefined
      : `given by "${shortText(sourceFile, callee)}" to whoever awaits the promise`;
  if (isSetter(file, callee) || isStoring(name)) {
    if (isDeclaredIn(file, held.scope, callee) || isSetBack(file, held.fn, call)) return undefined;
    return mayBeReadAfter(file, held, call) ? undefined : keeps;
  }
  if (name === "next" && isReplaying(file, callee))
    return mayBeReadAfter(file, held, call) ? undefined : keeps;
  // A function that is given on is called back, or not.
  if (via === "closure" || !isStatement(tsInstance, call)) return undefined;
  const kept = keeping.keptBy(call, index);
  const isKept = kept === "outside" || (kept === "this" && outlives(file, held, callee));
  const isNamed =
    !keeping.isInSight(call) && isKeeping(name) && outlives(file, held, callee) && !isLibrary(file, callee);
  if (!isKept && !isNamed) return undefined;
  if (isTakenOut(file, held.fn, call) || mayBeReadAfter(file, held, call)) return undefined;
  return keeps;
}

function nameOf(tsInstance: typeof ts, callee: ts.Expression): string {
  if (tsInstance.isPropertyAccessExpression(callee)) return callee.name.text;
  return tsInstance.isIdentifier(callee) ? callee.text : "";
}

function isStatement(tsInstance: typeof ts, call: ts.CallExpression): boolean {
  // What a call gives may be what takes out again.
  return tsInstance.isExpressionStatement(outerExpression(tsInstance, call).parent);
}

/** One of the two functions that `new Promise` gives, or `deferred.resolve`: of a promise that lives on after a scope. */
function isResolving(
  { tsInstance, checker, flow }: TypedFile,
  callee: ts.Expression,
  scope: ts.Node,
): boolean {
  if (tsInstance.isIdentifier(callee)) {
    const declaration = flow.variables.symbolOf(callee)?.valueDeclaration;
    if (declaration === undefined || declaration.getSourceFile() !== scope.getSourceFile()) return false;
    if (contains(scope, declaration)) return false;
    if (tsInstance.isParameter(declaration)) {
      const { parent: executor } = declaration;
      const { parent } = executor;
      return tsInstance.isNewExpression(parent) && parent.expression.getText() === "Promise";
    }
    return /^(?:resolve|fulfill?)(?:\p{Lu}|$)/u.test(callee.text);
  }
  if (!tsInstance.isPropertyAccessExpression(callee) || callee.name.text !== "resolve") return false;
  if (isPathMaking(plainName(tsInstance, callee)) || isDeclaredIn({ tsInstance, flow }, scope, callee))
    return false;
  // Promise.withResolvers(), and what libraries call a deferred
  return checker.getTypeAtLocation(callee.expression).getProperty("promise") !== undefined;
}

/** `setSocket` of `const [socket, setSocket] = useState()`, or of the props of a component. */
function isSetter({ tsInstance, checker, flow }: TypedFile, callee: ts.Expression): boolean {
  if (!tsInstance.isIdentifier(callee) || !isSetterName(callee.text)) return false;
  const declaration = flow.variables.symbolOf(callee)?.valueDeclaration;
  if (declaration === undefined) return false;
  const isOfPattern = tsInstance.isBindingElement(declaration);
  if (isOfPattern && tsInstance.isArrayBindingPattern(declaration.parent)) return true;
  if (!isOfPattern && !tsInstance.isParameter(declaration)) return false;
  const [signature, ...others] = checker.getTypeAtLocation(callee).getCallSignatures();
  if (signature === undefined || others.length > 0 || signature.parameters.length !== 1) return false;
  return (signature.getReturnType().flags & tsInstance.TypeFlags.Void) !== 0;
}

/** A subject of rxjs that gives what it has to who subscribes later. */
function isReplaying({ checker }: TypedFile, callee: ts.Expression): boolean {
  const object = (callee as ts.PropertyAccessExpression).expression;
  return /^(?:Behavior|Replay|Async)Subject$/.test(checker.getTypeAtLocation(object).getSymbol()?.name ?? "");
}

/** Whether what a method belongs to lives longer than a handle. */
function outlives({ tsInstance, flow }: TypedFile, held: Origin["held"], callee: ts.Expression): boolean {
  if (!tsInstance.isPropertyAccessExpression(callee)) return false;
  const lifetime = lifetimeOf(tsInstance, flow.variables, held, callee.expression);
  return lifetime === "beyond" || lifetime === "parameter";
}

/** Arrays, sets and maps are `escape`'s; of what else the platform has, nothing keeps a handle under these names. */
function isLibrary({ checker }: TypedFile, callee: ts.Expression): boolean {
  const object = (callee as ts.PropertyAccessExpression).expression;
  if (isContainer(checker, object)) return true;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(object));
  const declarations = type.getSymbol()?.declarations;
  return (
    declarations?.some((each) => {
      const file = each.getSourceFile();
      return isLibraryFile(file) || file.fileName.includes("/@types/node/");
    }) === true
  );
}

/** Whether the same is called again later, with something else: `setSocket(null)`. */
function isSetBack({ tsInstance, flow }: TypedFile, fn: ts.Node, call: ts.CallExpression): boolean {
  const text = call.expression.getText();
  return flow
    .nodes()
    .calls.some(
      (each) =>
        each.pos >= call.end &&
        contains(fn, each) &&
        each.expression.getText() === text &&
        each.arguments.length <= call.arguments.length &&
        each.arguments.every((argument) => flow.origins.of(argument).length === 0) &&
        !tsInstance.isSourceFile(fn),
    );
}

/** `unregister` of `register`, `removeConnection` of whatever keeps one. */
function isOpposite(name: string, keeping: string): boolean {
  if (/^(?:remove|delete|drop|clear|forget)(?:\p{Lu}|$)/u.test(name)) return true;
  return /^(?:un|de)/.test(name) && name.toLowerCase().endsWith(keeping.toLowerCase());
}

/** Whether a function of the same object takes out what has been put in: `registry.unregister(handle)`. */
function isTakenOut(file: TypedFile, fn: Origin["held"]["fn"], call: ts.CallExpression): boolean {
  const { tsInstance, flow } = file;
  const { expression: callee } = call;
  if (tsInstance.isPropertyAccessExpression(callee))
    return isUndone(flow.undoingsIn(fn), callee.expression, call);
  // `unregister(handle)`, of a pair of functions
  return flow
    .nodes()
    .calls.some(
      (each) =>
        contains(fn, each) &&
        isOpposite(nameOf(tsInstance, each.expression), nameOf(tsInstance, callee)) &&
        each.pos >= call.end,
    );
}
