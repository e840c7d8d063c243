import type ts from "typescript";
import { plainName } from "../syntax/nodes";

/** A part of a call that is found again in what the call gives. */
export interface PassedThrough {
  readonly part: ts.Expression;
  /** The value itself, the value in a container, only what the value holds, or the value as what a function uses. */
  readonly as: "same" | "inside" | "members" | "closure";
}

const keepingMembers =
  /^(?:filter|slice|splice|reverse|sort|flat|toSorted|toReversed|toSpliced|values|union|with)$/;

/** What a call of a function of the language hands on, as its name shows. */
export function valuesKeptByCall(tsInstance: typeof ts, call: ts.CallExpression): readonly PassedThrough[] {
  const { expression: callee } = call;
  const args = [...call.arguments];
  // lodash and its like: what they give calls what they are given, later.
  if (/(?:^|\.)(?:debounce|throttle)$/.test(plainName(tsInstance, callee)))
    return passThrough("same", args[0]);
  if (!tsInstance.isPropertyAccessExpression(callee)) {
    const isOurs =
      tsInstance.isIdentifier(callee) && /^(?:resource|contextManager|closing)$/.test(callee.text);
    return isOurs ? passThrough("inside", ...args) : [];
  }
  const [first, ...rest] = args;
  const owner = callee.expression;
  switch (plainName(tsInstance, callee)) {
    case "Object.freeze":
    case "Object.seal":
    case "Promise.resolve":
      return passThrough("same", first);
    case "Object.assign":
      return [...passThrough("same", first), ...passThrough("members", ...rest)];
    case "Array.of":
      return passThrough("inside", ...args);
    case "Object.entries":
    case "Object.values":
    case "Object.fromEntries":
    case "Array.from":
    case "Promise.all":
    case "Promise.allSettled":
    case "Promise.race":
    case "Promise.any":
      return passThrough("members", first);
  }
  if (callee.name.text === "bind") return passThrough("closure", first); // handle.read.bind(handle)
  if (callee.name.text === "concat")
    return [...passThrough("members", owner), ...passThrough("inside", ...args)];
  return keepingMembers.test(callee.name.text) ? passThrough("members", owner) : [];
}

/** What a `new` of a class of the language hands on. */
export function valuesKeptByNew(tsInstance: typeof ts, node: ts.NewExpression): readonly PassedThrough[] {
  const { expression: callee, arguments: args = [] } = node;
  if (!tsInstance.isIdentifier(callee)) return [];
  const [first, second] = args;
  switch (callee.text) {
    case "Response":
      return passThrough("same", first);
    case "Proxy":
      return passThrough("inside", first);
    case "Map":
    case "Set":
      return passThrough("members", first);
    case "Array":
      return passThrough("inside", ...args);
  }
  return callee.text.endsWith("Error") ? passThrough("members", first, second) : []; // { cause }
}

function passThrough(
  as: PassedThrough["as"],
  ...parts: readonly (ts.Expression | undefined)[]
): readonly PassedThrough[] {
  return parts.flatMap((part) => (part === undefined ? [] : { part, as }));
}
