import type ts from "typescript";
import {
  isErrorName,
  isFromElsewhere,
  isHandlerOption,
  isHook,
  isKeeping,
  isListening,
  isRegistering,
  isRepeating,
  isRouting,
  isSubscribing,
  isTest,
  isTimer,
} from "../../syntax/callback-names";
import { isFunctionNode } from "../../syntax/function-node";
import { isChaining, isEnd } from "../../syntax/member-names";
import { plainName, shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";

export type Call = ts.CallExpression | ts.NewExpression;

/** Who keeps a callback. */
export interface Keeper {
  /** As a message says it. */
  readonly what: string;
  /** What to do about it. */
  readonly help: string;
  /** What is listened to. */
  readonly listener?: ts.Expression;
  /** It calls again and again, until it is told to stop: to wait for something else is no help. */
  readonly isEndless?: true;
  /** It goes on whoever has it. */
  readonly isObserver?: true;
  /** It calls when something comes from elsewhere, and so not in the middle of what the scope still does. */
  readonly isFromElsewhere?: boolean;
  /** To await the call is not to await what is kept. */
  readonly isSubscribing?: boolean;
}

/** What to do, by who keeps the callback. */
const helps = {
  timer:
    "Wait in the scope instead (await setTimeout(…) of node:timers/promises), clear the timer before the scope ends, or acquire inside the callback.",
  interval: "Clear the timer before the scope ends (in a finally), or acquire inside the callback.",
  observer:
    "Disconnect it before the scope ends (in a finally), or hold the handle for as long as it observes.",
  listener:
    "Remove the listener before the scope ends, stay in the scope until no more events come, or acquire inside the listener.",
  route:
    "Acquire inside the handler, so that each request has its own, or stay in the scope for as long as the server runs.",
  handler: "Acquire inside the callback, or stay in the scope until it is called no more.",
  test: "Acquire inside the test, or in a hook that runs before each.",
  nodeStyle:
    "Await the variant that gives a promise (of node:fs/promises, or by util.promisify), or acquire inside the callback.",
} as const;

/** Who keeps the functions that a call is given, and calls them later; `undefined` where it may call them at once. */
export function keeperOf(file: TypedFile, call: Call): Keeper | undefined {
  const { tsInstance } = file;
  const { expression: callee } = call;
  const given = call.arguments ?? [];
  const text = callee.getText();
  if (tsInstance.isNewExpression(call)) {
    const what = `the callback of new ${text}()`;
    if (text.endsWith("Observer")) return { what, help: helps.observer, isEndless: true, isObserver: true };
    // A worker of a queue, a job: what goes on until it is ended calls what it is given.
    const isGiven = given.some((each) => isFunctionNode(tsInstance, each));
    return isGiven && isOpen(file, call) ? { what, help: helps.handler } : undefined;
  }
  const name = plainName(tsInstance, callee);
  const [first] = given;
  if (isTimer(name)) {
    const isEndless = isRepeating(name.split(".").at(-1)!);
    return {
      what: `the callback of ${name}()`,
      help: isEndless ? helps.interval : helps.timer,
      ...(isEndless && { isEndless }),
      isFromElsewhere: true,
    };
  }
  if (isTest(name) || isTest(name.replace(/^\w+\.(?=(?:before|after))/, "t.")))
    return { what: `the callback of ${name}()`, help: helps.test, isFromElsewhere: true };
  if (tsInstance.isIdentifier(callee) && (isHook(name) || isRegistering(name)))
    return { what: `the callback of ${name}()`, help: helps.handler };
  if (tsInstance.isPropertyAccessExpression(callee)) {
    const listener = callee.expression;
    const method = callee.name.text;
    const of = (what: string, help: string): Keeper => ({
      what,
      help,
      listener,
      isFromElsewhere: isAsyncSource(file, listener, call),
      isSubscribing: isSubscribing(method),
    });
    if (isListening(method))
      return of(`the listener of "${shortText(call.getSourceFile(), listener)}"`, helps.listener);
    const isRoute = first !== undefined && tsInstance.isStringLiteralLike(first) && /^[/*]/.test(first.text);
    if (isRoute && isRouting(method))
      return { ...of(`the handler of "${first.text}"`, helps.route), isFromElsewhere: true };
    if (isKeeping(method) || hasHandler(tsInstance, first))
      return {
        ...of(`the callback of ${shortText(call.getSourceFile(), callee)}()`, helps.handler),
        isFromElsewhere: true,
      };
  }
  const last = given.at(-1);
  if (last === undefined || !isErrorFirst(file, last)) return undefined;
  if (tsInstance.isPropertyAccessExpression(callee) && isChaining(callee.name.text)) return undefined;
  return { what: `the callback of ${shortText(call.getSourceFile(), callee)}()`, help: helps.nodeStyle };
}

/** `consumer.run({ eachMessage: … })` */
function hasHandler(tsInstance: typeof ts, options: ts.Expression | undefined): boolean {
  return (
    options !== undefined &&
    tsInstance.isObjectLiteralExpression(options) &&
    options.properties.some((each) => each.name !== undefined && isHandlerOption(each.name.getText()))
  );
}

/** As Node's own functions want it: `readFile(path, (error, data) => …)` */
function isErrorFirst({ tsInstance, checker }: TypedFile, last: ts.Expression): boolean {
  const isFunction = tsInstance.isArrowFunction(last) || tsInstance.isFunctionExpression(last);
  if (isFunction && isErrorName(last.parameters[0]?.name.getText() ?? "")) return true;
  if (!isFunction && !tsInstance.isIdentifier(last)) return false;
  const wanted = checker.getContextualType(last);
  if (wanted === undefined) return false;
  return checker
    .getNonNullableType(wanted)
    .getCallSignatures()
    .some(({ parameters: [parameter] }) => {
      if (parameter === undefined) return false;
      const type = checker.getTypeOfSymbolAtLocation(parameter, last);
      const parts = type.isUnion() ? type.types : [type];
      // An error or none: what is told of an error only may be a handler that is called at once.
      const isNone = (each: ts.Type): boolean =>
        (each.flags & (tsInstance.TypeFlags.Null | tsInstance.TypeFlags.Undefined)) !== 0;
      return (
        parts.some(isNone) &&
        parts.some((each) => /Err(?:or|no)|Exception$/.test(each.getSymbol()?.name ?? ""))
      );
    });
}

/** Whether what is made has a method that ends it. A promise, a stream or a proxy has none, or is read by who made it. */
function isOpen({ checker }: TypedFile, node: ts.NewExpression): boolean {
  const type = checker.getTypeAtLocation(node);
  if (
    /^(?:Promise|Proxy|AbortController|\w*Stream|Transform|Readable|Writable)$/.test(
      type.getSymbol()?.name ?? "",
    )
  )
    return false;
  return checker.getPropertiesOfType(type).some((each) => isEnd(each.name));
}

/** Whether what a call listens to has its events from elsewhere: it gives a promise, or its type says so. */
function isAsyncSource({ checker }: TypedFile, listener: ts.Expression, call: Call): boolean {
  if (checker.getTypeAtLocation(call).getProperty("then") !== undefined) return true;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(listener));
  if (type.getProperty("addEventListener") !== undefined) return true;
  return isFromElsewhere(type.getSymbol()?.name ?? "");
}
