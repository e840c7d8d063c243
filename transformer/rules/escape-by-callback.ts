import type ts from "typescript";
import { functionMeant } from "../flow/called";
import { propertyOf } from "../flow/destructuring";
import type { Held } from "../flow/held";
import { callsAfter, suspendsAfter } from "../flow/later";
import { lifetimeOf, rootOf } from "../flow/lifetimes";
import { isReleasedByOwner } from "../flow/released-by-owner";
import {
  callsAtOnce,
  isCancelling,
  isDelaying,
  isEventOfExit,
  isSettling,
  isSynchronous,
} from "../syntax/callback-names";
import { isEnd, mentionsEnd } from "../syntax/member-names";
import { contains, functionOf, isReference, outerExpression, plainName, walkCode } from "../syntax/nodes";
import { type Call, type Keeper, keeperOf } from "./helpers/keeper-of";
import { relatedTo } from "./helpers/related";
import { whereReleased } from "./helpers/where-released";
import type { TypedFile, TypeRule } from "./rule";

/** A callback that uses a handle is kept, by a timer or a listener, and the scope ends without waiting for it. */
export const escapeByCallback: TypeRule = {
  reports: ["escape-by-callback"],
  check(file) {
    const { flow } = file;
    if (flow.held.length === 0) return;
    const { calls, creations } = flow.nodes();
    const reported = new Set<ts.Node>();
    for (const call of calls) checkCall(file, call, reported);
    for (const creation of creations) checkCall(file, creation, reported);
    for (const call of calls) checkDelayed(file, call, reported);
  },
};

function checkCall(file: TypedFile, call: Call, reported: Set<ts.Node>): void {
  const { tsInstance, flow } = file;
  const given = call.arguments ?? [];
  // Few calls are given a function that uses a handle.
  const used = given.flatMap((each) => flow.origins.of(each).filter(({ via }) => via === "closure"));
  if (used.length === 0) return;
  const keeper = keeperOf(file, call);
  if (keeper === undefined) return;
  const whole = wholeOf(file, call, keeper);
  // An observer goes on until it is told to stop, whoever has it.
  if (whole === undefined || !(keeper.isObserver || isLeftAlone(file, whole))) return;
  if (
    given.some((each) => tsInstance.isObjectLiteralExpression(each) && propertyOf(tsInstance, each, "signal"))
  )
    return;
  for (const { held, at } of used) {
    if (!runsIn(tsInstance, call, held.fn) || !contains(held.scope, call) || mentionsCancelling(file, call))
      continue;
    if (!isCalledAfter(file, held, keeper, call, whole)) continue;
    if (isReleasedByOwner(tsInstance, flow, held) || onlyEnds(file, held, given)) continue;
    reported.add(at);
    report(file, held, at, keeper);
  }
}

function report(
  file: TypedFile,
  held: Held,
  node: ts.Node,
  { what, help }: Pick<Keeper, "what" | "help">,
): void {
  file.report({
    key: "escape-by-callback",
    node,
    args: [held.name, whereReleased(file, held), what],
    help,
    related: relatedTo(file, held),
  });
}

/** The call, or the `await` of it where that waits for less than what is kept; `undefined` where something else is done with it. */
function wholeOf({ tsInstance, checker }: TypedFile, call: Call, keeper: Keeper): ts.Expression | undefined {
  if (checker.getTypeAtLocation(call).getProperty("then") === undefined) return call;
  const outer = outerExpression(tsInstance, call);
  // A promise that nobody awaits is another rule's.
  return keeper.isSubscribing && tsInstance.isAwaitExpression(outer.parent) ? outer.parent : undefined;
}

/** Whether what is kept may be called when the handle is released. */
function isCalledAfter(
  file: TypedFile,
  held: Held,
  keeper: Keeper,
  call: Call,
  whole: ts.Expression,
): boolean {
  const { tsInstance } = file;
  const { listener, isEndless, isFromElsewhere } = keeper;
  // What happens once may happen while the scope waits for something.
  const waits = suspendsAfter(tsInstance, held.scope, whole);
  if (isEndless) return !isOwn(file, whole) || !waits;
  if (listener === undefined) return !waits;
  if (!outlives(file, held, listener)) return false;
  if (waits) return isLasting(file, listener, call);
  const { 0: event } = call.arguments ?? [];
  const isExit =
    listener.getText() === "process" &&
    event !== undefined &&
    tsInstance.isStringLiteralLike(event) &&
    isEventOfExit(event.text);
  return (isFromElsewhere === true && !isExit) || !callsAfter(tsInstance, held.scope, whole);
}

/** Whether `this.timer = setInterval(…)`: a method that is called in between may clear it. */
function isOwn({ tsInstance }: TypedFile, whole: ts.Expression): boolean {
  return tsInstance.isBinaryExpression(outerExpression(tsInstance, whole).parent);
}

/** Whether what is listened to lives on. */
function outlives(file: TypedFile, held: Held, listener: ts.Expression): boolean {
  const { tsInstance, checker, flow } = file;
  const root = sourceOf(tsInstance, listener);
  if (!tsInstance.isIdentifier(root)) return tsInstance.isNewExpression(root) && canEnd(checker, root);
  const lifetime = lifetimeOf(tsInstance, flow.variables, held, root);
  if (lifetime !== "inside") return lifetime !== "unknown" && !isSynchronous(root.text);
  // One of the function's own: a server that listens, an emitter that is returned, a connection that nobody ends.
  const symbol = flow.variables.symbolOf(root);
  if (symbol === undefined || flow.origins.of(root).some(({ via }) => via !== "inside")) return false;
  const mentions = flow.variables.referencesTo(symbol);
  const isLeft = mentions.some((each) => {
    if (tsInstance.isReturnStatement(each.parent)) return functionOf(tsInstance, each) === held.fn;
    return methodCalled(tsInstance, each) === "listen";
  });
  if (isLeft) return true;
  const isEnded = mentions.some((each) => {
    const method = methodCalled(tsInstance, each);
    return method === undefined ? !tsInstance.isPropertyAccessExpression(each.parent) : mentionsEnd(method);
  });
  return !isEnded && isDeclaredByCall(tsInstance, symbol) && canEnd(checker, root);
}

/** What the events of `source.pipe(…)`, `watch(path).stream` come from. */
function sourceOf(tsInstance: typeof ts, listener: ts.Expression): ts.Expression {
  let root = rootOf(tsInstance, listener);
  while (tsInstance.isCallExpression(root)) root = rootOf(tsInstance, root.expression);
  return root;
}

/** The method of a variable's value that is called where it is mentioned. */
function methodCalled(tsInstance: typeof ts, { parent }: ts.Node): string | undefined {
  const isCalled =
    tsInstance.isPropertyAccessExpression(parent) &&
    tsInstance.isCallExpression(parent.parent) &&
    parent.parent.expression === parent;
  return isCalled ? parent.name.text : undefined;
}

/** `const consumer = kafka.consumer()`, and not by `using`. */
function isDeclaredByCall(tsInstance: typeof ts, { valueDeclaration }: ts.Symbol): boolean {
  if (valueDeclaration === undefined || !tsInstance.isVariableDeclaration(valueDeclaration)) return false;
  const { initializer } = valueDeclaration;
  const made =
    initializer && tsInstance.isAwaitExpression(initializer) ? initializer.expression : initializer;
  const isMade =
    made !== undefined && (tsInstance.isCallExpression(made) || tsInstance.isNewExpression(made));
  return isMade && !isUsing(tsInstance, valueDeclaration);
}

/** Whether a value goes on by itself until it is ended: it has a method for that. */
function canEnd(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  return checker.getPropertiesOfType(type).some(({ name }) => isEnd(name) && name !== "done");
}

/** Whether its events go on when what the scope waits for has come: those of a page or of a signal do, unless one is enough. */
function isLasting({ checker, tsInstance }: TypedFile, listener: ts.Expression, call: Call): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(listener));
  if (type.getSymbol()?.name === "AbortSignal") return true;
  const isOfPage =
    type.getProperty("nodeType") !== undefined ||
    /^(?:window|document|globalThis|self)$/.test(listener.getText());
  const isOnce = (call.arguments ?? []).some(
    (each) =>
      tsInstance.isObjectLiteralExpression(each) && propertyOf(tsInstance, each, "once") !== undefined,
  );
  return isOfPage && !isOnce;
}

/** Whether a call is made in the run of a function: functions that are called at once, by `forEach` and its like, are part of it. */
function runsIn(tsInstance: typeof ts, call: ts.Node, wanted: Held["fn"]): boolean {
  let fn = functionOf(tsInstance, call);
  while (fn !== wanted) {
    if (!tsInstance.isArrowFunction(fn) && !tsInstance.isFunctionExpression(fn)) return false;
    const outer = outerExpression(tsInstance, fn);
    const around = outer.parent;
    if (!tsInstance.isCallExpression(around)) return false;
    const { expression: callee } = around;
    const name = tsInstance.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (callee !== outer && !(tsInstance.isIdentifier(name) && callsAtOnce(name.text))) return false;
    fn = functionOf(tsInstance, around);
  }
  return true;
}

/** `process.once("SIGINT", () => void server.close())`: to end what is over does no harm. */
function onlyEnds({ tsInstance, flow }: TypedFile, held: Held, given: readonly ts.Expression[]): boolean {
  return given.every((each) => {
    const uses = flow.origins.of(each).filter((origin) => origin.held === held);
    if (uses.length === 0) return true;
    const fn = functionMeant(tsInstance, flow.variables, each);
    if (fn === undefined) return false;
    let ends = true;
    walkCode(tsInstance, fn, (node) => {
      if (!ends || !tsInstance.isIdentifier(node) || !isReference(tsInstance, node)) return ends;
      if (!flow.origins.of(node).some((origin) => origin.held === held)) return true;
      const { parent } = node;
      const isMember = tsInstance.isPropertyAccessExpression(parent) && parent.expression === node;
      ends = isMember && isEnd(parent.name.text);
      return true;
    });
    return ends;
  });
}

/**
 * `const save = debounce(() => store.write(), 500); save();` What it has pending when the scope ends it does after that, unless
 * it is told not to, or to do it now.
 */
function checkDelayed(file: TypedFile, call: ts.CallExpression, reported: ReadonlySet<ts.Node>): void {
  const { tsInstance, flow } = file;
  const name = plainName(tsInstance, call.expression);
  if (!isDelaying(name.split(".").at(-1)!)) return;
  const { parent } = outerExpression(tsInstance, call);
  const [first, ...options] = call.arguments;
  if (
    first === undefined ||
    !tsInstance.isVariableDeclaration(parent) ||
    !tsInstance.isIdentifier(parent.name)
  )
    return;
  if (
    options.some(
      (each) => tsInstance.isObjectLiteralExpression(each) && propertyOf(tsInstance, each, "trailing"),
    )
  )
    return;
  const symbol = flow.variables.symbolOf(parent.name);
  const mentions = symbol === undefined ? [] : flow.variables.referencesTo(symbol);
  const isSettled = mentions.some(
    ({ parent: around }) => tsInstance.isPropertyAccessExpression(around) && isSettling(around.name.text),
  );
  const last = mentions.at(-1);
  if (
    last === undefined ||
    isSettled ||
    mentions.some((each) => reported.has(each) || isReturned(tsInstance, each, call))
  )
    return;
  if (mentionsCancelling(file, call)) return;
  for (const { held, via, at } of flow.origins.of(first))
    if (
      via === "closure" &&
      held.fn === functionOf(tsInstance, call) &&
      contains(held.scope, call) &&
      !sleepsAfter(file, held, last)
    )
      report(file, held, at, {
        what: `the call that ${name}() has pending`,
        help: `Call ${parent.name.text}.flush() or ${parent.name.text}.cancel() before the scope ends.`,
      });
}

/** Whether a scope lets time pass after a node. */
function sleepsAfter({ flow, tsInstance }: TypedFile, { scope }: Held, node: ts.Node): boolean {
  return flow.nodes().awaits.some(({ expression, pos }) => {
    if (pos < node.end || !contains(scope, expression) || !tsInstance.isCallExpression(expression))
      return false;
    return /sleep|delay|wait|timeout|tick/i.test(expression.expression.getText());
  });
}

/**
 * Whether nothing in the function cancels what a call has started. What it gives back is what would do that: nobody takes it,
 * or it is only returned, or kept for a function that is, and then the scope has ended.
 */
function isLeftAlone(file: TypedFile, call: ts.Expression): boolean {
  const { tsInstance, flow } = file;
  const { parent } = outerExpression(tsInstance, call);
  if (tsInstance.isExpressionStatement(parent) || tsInstance.isReturnStatement(parent)) return true;
  if (tsInstance.isVoidExpression(parent)) return true;
  if (tsInstance.isArrowFunction(parent)) return true;
  // `app.use(a).get("/", b)`, `timer.unref()`
  if (tsInstance.isPropertyAccessExpression(parent) && tsInstance.isCallExpression(parent.parent)) {
    const { text } = parent.name;
    return !mentionsEnd(text) && !isSettling(text) && isLeftAlone(file, parent.parent);
  }
  // Whoever clears it later clears it when the scope has ended.
  if (tsInstance.isBinaryExpression(parent))
    return tsInstance.isPropertyAccessExpression(parent.left) && !isEndedIn(tsInstance, parent);
  if (!tsInstance.isVariableDeclaration(parent) || !tsInstance.isIdentifier(parent.name)) return false;
  if (isUsing(tsInstance, parent)) return false;
  const symbol = flow.variables.symbolOf(parent.name);
  return (
    symbol !== undefined &&
    flow.variables.referencesTo(symbol).every((each) => isReturned(tsInstance, each, call))
  );
}

/** Whether the function calls, after an assignment to a member, something that may undo it: `this.stop()`. */
function isEndedIn(tsInstance: typeof ts, assignment: ts.BinaryExpression): boolean {
  const root = rootOf(tsInstance, assignment.left).getText();
  let ends = false;
  walkCode(tsInstance, functionOf(tsInstance, assignment), (node) => {
    ends ||=
      tsInstance.isCallExpression(node) &&
      tsInstance.isPropertyAccessExpression(node.expression) &&
      mentionsEnd(node.expression.name.text) &&
      rootOf(tsInstance, node.expression).getText() === root;
    return !ends;
  });
  return ends;
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
