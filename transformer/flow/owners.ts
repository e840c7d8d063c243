import type ts from "typescript";
import { isAddress, isPlace } from "../syntax/derived-names";
import { isEnd } from "../syntax/member-names";
import { contains, functionOf } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { functionMeant } from "./called";
import { destructuredObject } from "./destructuring";
import type { Held } from "./held";
import { lifetimeOf } from "./lifetimes";
import type { CreatePromises } from "./promises";

/** Which handles are behind what a promise is made with. */
export interface Owners {
  /** The handles that an object belongs to, whose methods are called: a handle, what it has made, or a part of it. */
  ofObject(object: ts.Expression): readonly Held[];
  /** The handles that are reached through a value, or through the objects that a function uses. */
  usedBy(expression: ts.Expression): readonly Held[];
  /** The handles that the function behind a name uses, as far as its making shows. */
  ofCalled(callee: ts.Identifier, call: ts.CallExpression): readonly Held[];
}

export function createOwners(input: CreatePromises): Owners {
  const { tsInstance, variables, origins, types, candidates, nodes } = input;

  /** The handles that are reached through a value, or through the objects that a function uses. */
  function usedBy(expression: ts.Expression): readonly Held[] {
    const reached = origins.of(expression);
    if (reached.length > 0) return reached.map(({ held }) => held);
    const fn = functionMeant(tsInstance, variables, expression);
    if (fn === undefined) return types.isWorking(types.typeOf(expression)) ? ofObject(expression) : [];
    return candidates()
      .mentionsIn(fn)
      .flatMap((mention) => (tsInstance.isPropertyAccessExpression(mention.parent) ? ofObject(mention) : []))
      .filter(({ scope }) => contains(scope, fn));
  }

  /** The handles that an object belongs to, whose methods are called: a handle, what it has made, or a part of it. */
  function ofObject(expression: ts.Expression, depth = 0): readonly Held[] {
    const object = skipOuterExpressions(tsInstance, expression);
    const itself = origins.of(object).filter(({ via }) => via === "itself" || via === "derived");
    if (itself.length > 0) return itself.map(({ held }) => held);
    if (depth > 5 || !candidates().has(object)) return [];
    if (
      tsInstance.isPropertyAccessExpression(object) ||
      tsInstance.isElementAccessExpression(object) ||
      tsInstance.isCallExpression(object)
    )
      return ofObject(object.expression, depth + 1);
    if (!tsInstance.isIdentifier(object)) return [];
    // `const { manager } = runner;`, `const rows = database.from("rows");`
    const source = variables.valueAt(object) ?? destructuredFrom(object);
    return source === undefined || types.isPromise(types.typeOf(source)) ? [] : ofObject(source, depth + 1);
  }

  /** What a name is taken out of by a pattern. */
  function destructuredFrom(name: ts.Identifier): ts.Expression | undefined {
    const declaration = variables.symbolOf(name)?.valueDeclaration;
    return declaration !== undefined && tsInstance.isBindingElement(declaration)
      ? destructuredObject(tsInstance, declaration)
      : undefined;
  }

  /** The handles that the function behind a name uses, as far as its making shows. */
  function ofCalled(callee: ts.Identifier, call: ts.CallExpression): readonly Held[] {
    const used = origins.of(callee).flatMap(({ held, via }) => (via === "closure" ? [held] : []));
    if (used.length > 0 || isEnd(callee.text)) return used;
    const source = destructuredFrom(callee);
    if (source !== undefined) return ofObject(source); // const { query } = handle;
    // const insertAll = database.transaction((rows) => …);
    const made = variables.valueAt(callee);
    if (made !== undefined) {
      const maker = skipOuterExpressions(tsInstance, made);
      if (!tsInstance.isCallExpression(maker)) return [];
      const given = maker.arguments.flatMap((each) => origins.of(each));
      return given.flatMap(({ held, via }) => (via === "closure" ? [held] : []));
    }
    return ofCallback(callee, call);
  }

  /**
   * What the caller gives to be done while the handle is held: `work(server.port)`, or `return next()` where the handle has been
   * put into what is the caller's.
   */
  function ofCallback(callee: ts.Identifier, call: ts.CallExpression): readonly Held[] {
    const declaration = variables.symbolOf(callee)?.valueDeclaration;
    if (declaration === undefined || !isOfParameter(declaration)) return [];
    const read = call.arguments
      .flatMap((each) => candidates().mentionsIn(each))
      .flatMap((mention) => (isAddressed(mention) ? readFrom(mention) : []));
    if (call.arguments.length > 0 || !tsInstance.isReturnStatement(call.parent)) return read;
    const fn = functionOf(tsInstance, call);
    return nodes().assignments.flatMap((each) =>
      each.end <= call.pos && functionOf(tsInstance, each) === fn
        ? origins.of(each.right).flatMap(({ held, via }) => {
            const isGiven =
              via === "itself" && lifetimeOf(tsInstance, variables, held, each.left) === "parameter";
            return isGiven && !tsInstance.isIdentifier(each.left) ? [held] : [];
          })
        : [],
    );
  }

  /** Whether a mention stands for where something is reached, or is asked for it: `port`, `server.url`, `server.address().port` */
  function isAddressed(mention: ts.Identifier): boolean {
    // The name of a handle tells nothing of what is read from it.
    let name = origins.of(mention).length > 0 && isObject(mention) ? "" : mention.text;
    for (let node: ts.Node = mention; !isReaching(name); name = node.name.text) {
      node = node.parent;
      if (tsInstance.isCallExpression(node)) node = node.parent;
      while (tsInstance.isParenthesizedExpression(node) || tsInstance.isAsExpression(node))
        node = node.parent;
      if (!tsInstance.isPropertyAccessExpression(node)) return false;
    }
    return true;
  }

  function isObject(mention: ts.Identifier): boolean {
    return (types.typeOf(mention).flags & tsInstance.TypeFlags.Object) !== 0;
  }

  function isOfParameter(declaration: ts.Node): boolean {
    let node = declaration;
    while (tsInstance.isBindingElement(node)) node = node.parent.parent;
    return tsInstance.isParameter(node);
  }

  /** The handles that a mention is of, or that its value has been read from. */
  function readFrom(mention: ts.Identifier): readonly Held[] {
    const itself = origins.of(mention).flatMap(({ held, via }) => (via === "itself" ? [held] : []));
    if (itself.length > 0) return itself;
    const source = variables.valueAt(mention) ?? destructuredFrom(mention);
    return source === undefined ? [] : ofObject(source);
  }

  return { ofObject, usedBy, ofCalled };
}

function isReaching(name: string): boolean {
  return isAddress(name) || isPlace(name) || /^(?:port|host|hostname)$/.test(name);
}
