import type ts from "typescript";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import type { Member } from "./derivations";
import { propertyOf } from "./destructuring";
import { isLazy } from "./lazy-or-stack";
import { at, type Finding, none, union } from "./origin";
import type { Parts } from "./parts";

/** What is found of the members of values, of the names in patterns, and of paths. */
export interface MemberOrigins {
  ofMember(node: ts.PropertyAccessExpression): Finding;
  ofProperty(member: Omit<Member, "ownerType"> & { readonly owner: ts.Expression }): Finding;
  ofBinding(element: ts.BindingElement): Finding;
  ofPath(part: ts.Expression): Finding;
}

export function createMemberOrigins({
  tsInstance,
  checker,
  variables,
  derivations,
  of,
}: Parts): MemberOrigins {
  const skip = (node: ts.Expression): ts.Expression => skipOuterExpressions(tsInstance, node);

  /** A property of an object whose making is in sight, or what a property of a handle goes on needing. */
  function* ofMember(node: ts.PropertyAccessExpression): Finding {
    const object = skip(node.expression);
    const value = (tsInstance.isIdentifier(object) ? variables.valueAt(object) : undefined) ?? object;
    const literal = skip(value);
    if (!tsInstance.isObjectLiteralExpression(literal))
      return yield* ofProperty({ node, name: node.name, owner: node.expression, isCall: false });
    const property = propertyOf(tsInstance, literal, node.name.text);
    return property === undefined ? none : at(node, yield* of(property));
  }

  function* ofProperty({ owner, ...member }: Omit<Member, "ownerType"> & { owner: ts.Expression }): Finding {
    const { node, name, isCall } = member;
    const owners = (yield* of(owner)).filter(
      ({ via }) => via === "itself" || via === "derived" || via === "path",
    );
    if (owners.length === 0)
      return isCall || !isLazy(checker, node) ? none : at(node, yield* ofAnswer(owner), "lazy");
    const ofHandles = owners.filter(({ via }) => via !== "path");
    if (!isCall && ofHandles.length > 0 && isLazy(checker, node)) return at(node, ofHandles, "lazy");
    // The text of an address: `url.href`, `url.toString()`
    const paths = /^(?:href|toString)$/.test(name.text) ? owners.filter(({ via }) => via === "path") : none;
    let found = at(node, paths, "path");
    if (ofHandles.length === 0) return found;
    const given = checker.getTypeAtLocation(owner);
    const ownerType = checker.getNonNullableType(checker.getAwaitedType(given) ?? given);
    for (const origin of ofHandles) {
      const kind = derivations.of({ ...member, ownerType }, origin.held, origin.via);
      if (kind !== undefined) found = union(found, at(node, [origin], kind));
    }
    return found;
  }

  /** `const { body } = await client.request(…)`: an answer may be data, and its body is still to be read. */
  function* ofAnswer(owner: ts.Expression): Finding {
    let node = skip(owner);
    if (tsInstance.isIdentifier(node)) node = skip(variables.valueAt(node) ?? node);
    if (tsInstance.isAwaitExpression(node)) node = skip(node.expression);
    if (!tsInstance.isCallExpression(node) || !tsInstance.isPropertyAccessExpression(node.expression))
      return none;
    return (yield* of(node.expression.expression)).filter(({ via }) => via === "itself" || via === "derived");
  }

  /** A handle that is a path, as a part of another. */
  function* ofPath(part: ts.Expression): Finding {
    const found = yield* of(part);
    if (found.length === 0) return none;
    return found.filter(({ via }) => via === "path" || (via === "itself" && derivations.isText(part)));
  }

  /** `const { body } = response`; `const [a, b] = raii(all([…]))`: what the handle, a list, has are handles. */
  function* ofBinding({ parent: pattern, name, propertyName, dotDotDotToken }: ts.BindingElement): Finding {
    const owner = tsInstance.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
    if (owner === undefined || dotDotDotToken !== undefined || !tsInstance.isIdentifier(name)) return none;
    if (tsInstance.isArrayBindingPattern(pattern))
      return derivations.isLive(name, 1) ? (yield* of(owner)).filter(({ via }) => via === "itself") : none;
    const property = propertyName ?? name;
    if (!tsInstance.isIdentifier(property)) return none;
    return yield* ofProperty({ node: name, name: property, owner, isCall: false });
  }

  return { ofMember, ofProperty, ofBinding, ofPath };
}
