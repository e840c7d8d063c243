import type ts from "typescript";
import { isTransport, isWrapping } from "../syntax/derived-names";
import { plainName } from "../syntax/nodes";
import { at, type Finding, type Found, none, union } from "./origin";
import type { Parts } from "./parts";

/** What is found of a call or a `new` of what this file does not declare, as its type and its name show. */
export function createGivenOrigins({ tsInstance, derivations, ofElement }: Parts) {
  const { isText } = derivations;

  return ofGiven;

  /** What is made, by others than this file, of a handle that it is given, and goes on using it. */
  function* ofGiven(node: ts.CallExpression | ts.NewExpression, given: Found): Finding {
    if (isView(node))
      return at(
        node,
        given.filter(({ via }) => via !== "closure"),
        "derived",
      );
    // A function that is made of one calls it: `debounce(save)`, `map(load)` of rxjs. What takes nothing may be what ends it.
    if (derivations.givesFunction(node))
      return at(
        node,
        given.filter(({ via }) => via === "closure"),
        "closure",
      );
    const texts = given.filter(({ held, via }) => via === "path" || (via !== "closure" && isText(held.node)));
    if (texts.length > 0 && derivations.isOpen(node)) return at(node, texts, "lazy");
    const sent = yield* ofTransports(node.arguments ?? []);
    if (sent.length > 0 && derivations.isResponse(node)) return at(node, sent, "lazy");
    const name = tsInstance.isPropertyAccessExpression(node.expression)
      ? node.expression.name
      : node.expression;
    const isMade = tsInstance.isNewExpression(node)
      ? derivations.isDeclaredElsewhere(node)
      : tsInstance.isIdentifier(name) && isWrapping(name.text) && !derivations.isPromise(node);
    if (!isMade || !derivations.isLive(node, 1)) return none;
    return at(
      node,
      given.filter(({ held, via }) => (via === "itself" || via === "inside") && !isText(held.node)),
      "inside",
    );
  }

  /** `new Float32Array(buffer)`, `Buffer.from(buffer)`: of other arrays these make copies. */
  function isView({ expression: callee, arguments: args }: ts.CallExpression | ts.NewExpression): boolean {
    const name = plainName(tsInstance, callee);
    const first = args?.[0];
    return (
      first !== undefined &&
      (name === "Buffer.from" || /^(?:DataView|\w+Array)$/.test(name)) &&
      derivations.isBuffer(first)
    );
  }

  /** `fetch(url, { dispatcher: handle })` */
  function* ofTransports(args: readonly ts.Expression[]): Finding {
    let found = none;
    for (const argument of args)
      if (tsInstance.isObjectLiteralExpression(argument))
        for (const property of argument.properties)
          if (property.name !== undefined && isTransport(property.name.getText()))
            found = union(found, yield* ofElement(property));
    return found;
  }
}
