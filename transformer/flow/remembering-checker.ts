import type ts from "typescript";

const known = new WeakMap<ts.TypeChecker, ts.TypeChecker>();

/**
 * A checker that remembers the types it has told, and what they are once they are awaited; one for each checker. The rules ask
 * in turn for the type of one expression, and a checker follows the flow of control to each name anew.
 */
export function rememberingChecker(checker: ts.TypeChecker): ts.TypeChecker {
  let remembering = known.get(checker);
  if (remembering === undefined) known.set(checker, (remembering = remember(checker)));
  return remembering;
}

function remember(checker: ts.TypeChecker): ts.TypeChecker {
  const types = new WeakMap<ts.Node, ts.Type>();
  const getTypeAtLocation = (node: ts.Node): ts.Type => {
    let type = types.get(node);
    if (type === undefined) types.set(node, (type = checker.getTypeAtLocation(node)));
    return type;
  };
  const awaited = new WeakMap<ts.Type, { readonly type: ts.Type | undefined }>();
  const getAwaitedType = (type: ts.Type): ts.Type | undefined => {
    let found = awaited.get(type);
    if (found === undefined) awaited.set(type, (found = { type: checker.getAwaitedType(type) }));
    return found.type;
  };
  return Object.assign(Object.create(checker) as ts.TypeChecker, { getTypeAtLocation, getAwaitedType });
}
