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
import { isChaining } from "../../syntax/member-names";
import { plainName, shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";

export type Call = ts.CallExpression | ts.NewExpression;

/** Who keeps a callback. */
export interface Keeper {
  /** As a message says it. */
  readonly what: string;
  /** What is listened to. */
  readonly listener?: ts.Expression;
  /** It calls again and again, until it is told to stop: to wait for something else is no help. */
  readonly isEndless?: true;
  /** It calls when something comes from elsewhere, and so not in the middle of what the scope still does. */
  readonly isFromElsewhere?: boolean;
  /** To await the call is not to await what is kept. */
  readonly isSubscribing?: boolean;
}

/** Who keeps the functions that a call is given, and calls them later; `undefined` where it may call them at once. */
export function keeperOf(file: TypedFile, call: Call): Keeper | undefined {
  const { tsInstance } = file;
  const { expression: callee } = call;
  const given = call.arguments ?? [];
  const text = callee.getText();
  if (tsInstance.isNewExpression(call))
    return /Observer$|^CronJob$/.test(text)
      ? { what: `the callback of new ${text}()`, isEndless: true }
      : undefined;
  const name = plainName(tsInstance, callee);
  const [first] = given;
  if (isTimer(name)) {
    const isEndless = isRepeating(name.split(".").at(-1)!);
    return { what: `the callback of ${name}()`, ...(isEndless && { isEndless }), isFromElsewhere: true };
  }
  if (isTest(name) || isTest(name.replace(/^\w+\.(?=(?:before|after))/, "t.")))
    return { what: `the callback of ${name}()`, isFromElsewhere: true };
  if (tsInstance.isIdentifier(callee) && (isHook(name) || isRegistering(name)))
    return { what: `the callback of ${name}()` };
  if (tsInstance.isPropertyAccessExpression(callee)) {
    const listener = callee.expression;
    const method = callee.name.text;
    const of = (what: string): Keeper => ({
      what,
      listener,
      isFromElsewhere: isAsyncSource(file, listener, call),
      isSubscribing: isSubscribing(method),
    });
    if (isListening(method)) return of(`the listener of "${shortText(call.getSourceFile(), listener)}"`);
    const isRoute = first !== undefined && tsInstance.isStringLiteralLike(first) && /^[/*]/.test(first.text);
    if (isRoute && isRouting(method))
      return { ...of(`the handler of "${first.text}"`), isFromElsewhere: true };
    if (isKeeping(method) || hasHandler(tsInstance, first))
      return { ...of(`the callback of ${shortText(call.getSourceFile(), callee)}()`), isFromElsewhere: true };
  }
  const last = given.at(-1);
  if (last === undefined || !isErrorFirst(file, last)) return undefined;
  if (tsInstance.isPropertyAccessExpression(callee) && isChaining(callee.name.text)) return undefined;
  return { what: `the callback of ${shortText(call.getSourceFile(), callee)}()` };
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

/** Whether what a call listens to has its events from elsewhere: it gives a promise, or its type says so. */
function isAsyncSource({ checker }: TypedFile, listener: ts.Expression, call: Call): boolean {
  if (checker.getTypeAtLocation(call).getProperty("then") !== undefined) return true;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(listener));
  if (type.getProperty("addEventListener") !== undefined) return true;
  return isFromElsewhere(type.getSymbol()?.name ?? "");
}
