import type ts from "typescript";
import { propertyOf } from "../flow/destructuring";
import type { Held } from "../flow/held";
import { callsAfter, suspendsAfter } from "../flow/later";
import { lifetimeOf } from "../flow/lifetimes";
import { isReleasedByOwner } from "../flow/released-by-owner";
import {
  isCancelling,
  isChaining,
  isErrorName,
  isListening,
  isRouting,
  isTimer,
} from "../syntax/member-names";
import { contains, functionOf, outerExpression, plainName, shortText, walkCode } from "../syntax/nodes";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A callback that uses a handle is kept, by a timer or a listener, and the scope ends without waiting for it. */
export const escapeByCallback: TypeRule = {
  reports: ["escape-by-callback"],
  check(file) {
    const { tsInstance, flow } = file;
    if (flow.held.length === 0) return;
    for (const call of flow.nodes().calls) checkCall(file, call);
    for (const { initializer } of flow.nodes().declarations)
      if (initializer !== undefined && tsInstance.isNewExpression(initializer)) checkCall(file, initializer);
  },
};

type Call = ts.CallExpression | ts.NewExpression;

/** Who keeps a callback, as a message says it. */
interface Keeper {
  readonly what: string;
  /** What is listened to. */
  readonly listener?: ts.Expression;
}

/** Who keeps the functions that a call is given, and calls them later; `undefined` where it may call them at once. */
function keeperOf({ tsInstance }: TypedFile, call: Call): Keeper | undefined {
  const { expression: callee } = call;
  const given = call.arguments ?? [];
  const name = callee.getText();
  if (tsInstance.isNewExpression(call))
    return /Observer$/.test(name) ? { what: `the callback of new ${name}()` } : undefined;
  if (isTimer(plainName(tsInstance, callee))) return { what: `the callback of ${name}()` };
  if (tsInstance.isPropertyAccessExpression(callee)) {
    const listener = callee.expression;
    const [first] = given;
    if (isListening(callee.name.text)) return { what: `the listener of "${listener.getText()}"`, listener };
    const isRoute =
      first !== undefined && tsInstance.isStringLiteralLike(first) && first.text.startsWith("/");
    if (isRoute && isRouting(callee.name.text)) return { what: `the handler of "${first.text}"`, listener };
  }
  // As Node's own functions do: `readFile(path, (error, data) => …)`
  const last = given.at(-1);
  const isNodeStyle =
    last !== undefined &&
    (tsInstance.isArrowFunction(last) || tsInstance.isFunctionExpression(last)) &&
    isErrorName(last.parameters[0]?.name.getText() ?? "") &&
    !(tsInstance.isPropertyAccessExpression(callee) && isChaining(callee.name.text));
  return isNodeStyle ? { what: `the callback of ${shortText(call.getSourceFile(), callee)}()` } : undefined;
}

function checkCall(file: TypedFile, call: Call): void {
  const { tsInstance, flow } = file;
  const keeper = keeperOf(file, call);
  // An observer goes on until it is told to stop, whoever has it.
  if (keeper === undefined || !(tsInstance.isNewExpression(call) || isLeftAlone(file, call))) return;
  const { what, listener } = keeper;
  // What a nested function starts is started when that is called.
  const fn = functionOf(tsInstance, call);
  const given = call.arguments ?? [];
  if (
    given.some((each) => tsInstance.isObjectLiteralExpression(each) && propertyOf(tsInstance, each, "signal"))
  )
    return;
  for (const argument of given)
    for (const { held, via, at } of flow.origins.of(argument)) {
      if (via !== "closure" || held.fn !== fn || !contains(held.scope, call)) continue;
      if (mentionsCancelling(file, call)) continue;
      // What happens once may happen while the scope waits for something.
      const isEndless =
        tsInstance.isNewExpression(call) || plainName(tsInstance, call.expression).endsWith("setInterval");
      if (!isEndless && suspendsAfter(tsInstance, held.scope, call)) continue;
      if (listener !== undefined && !outlives(file, held, listener, call)) continue;
      if (isReleasedByOwner(tsInstance, flow, held)) continue;
      file.report({
        key: "escape-by-callback",
        node: at,
        args: [held.name, what],
        related: relatedTo(file, held),
      });
    }
}

/** Whether what is listened to lives on, and nothing that is called in what is left of the scope can make it fire. */
function outlives(
  { tsInstance, flow }: TypedFile,
  held: Held,
  listener: ts.Expression,
  call: ts.Node,
): boolean {
  const lifetime = lifetimeOf(tsInstance, flow.variables, held, listener);
  if (lifetime === "inside" || lifetime === "unknown" || listener.getText() === "process") return false;
  return !callsAfter(tsInstance, held.scope, call);
}

/**
 * Whether nothing in the function cancels what a call has started. What it gives back is what would do that: nobody takes it,
 * or it is only returned, or kept for a function that is, and then the scope has ended.
 */
function isLeftAlone({ tsInstance, flow }: TypedFile, call: Call): boolean {
  const { parent } = outerExpression(tsInstance, call);
  if (tsInstance.isExpressionStatement(parent)) return true;
  if (tsInstance.isReturnStatement(parent)) return true;
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isIdentifier(parent.name)) return false;
  if (isUsing(tsInstance, parent)) return false;
  const symbol = flow.variables.symbolOf(parent.name);
  return (
    symbol !== undefined &&
    flow.variables.referencesTo(symbol).every((each) => isReturned(tsInstance, each, call))
  );
}

function isUsing(tsInstance: typeof ts, { parent }: ts.VariableDeclaration): boolean {
  const { BlockScoped, Using, AwaitUsing } = tsInstance.NodeFlags;
  const kind = parent.flags & BlockScoped;
  return kind === Using || kind === AwaitUsing;
}

/** Whether a mention stands in what the function of a call returns. */
function isReturned(tsInstance: typeof ts, mention: ts.Node, call: ts.Node): boolean {
  const fn = functionOf(tsInstance, call);
  for (let node = mention; node !== fn && contains(fn, node); node = node.parent)
    if (tsInstance.isReturnStatement(node) && functionOf(tsInstance, node) === fn) return true;
  return false;
}

function mentionsCancelling({ tsInstance }: TypedFile, call: ts.Node): boolean {
  let mentions = false;
  walkCode(tsInstance, functionOf(tsInstance, call), (node) => {
    mentions ||=
      tsInstance.isIdentifier(node) && isCancelling(node.text) && !isReturned(tsInstance, node, call);
    return !mentions;
  });
  return mentions;
}
