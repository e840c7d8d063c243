import ts from "typescript";

/** What a block declares with `using`, and where it is used by the same function. */
export function resourcesOf(sourceFile, checker) {
  const found = [];
  visit(sourceFile);
  return found;

  function visit(node) {
    if (ts.isVariableStatement(node) && isUsing(node) && ts.isBlock(node.parent)) {
      const [declaration] = node.declarationList.declarations;
      if (node.declarationList.declarations.length === 1 && ts.isIdentifier(declaration.name))
        found.push(resourceOf(node, declaration));
    }
    ts.forEachChild(node, visit);
  }

  function resourceOf(statement, declaration) {
    const block = statement.parent;
    const symbol = checker.getSymbolAtLocation(declaration.name);
    const mentions = [];
    const collect = (node) => {
      if (ts.isIdentifier(node) && node !== declaration.name && node.text === declaration.name.text) {
        const its = ts.isShorthandPropertyAssignment(node.parent)
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
        if (its === symbol) mentions.push(node);
      }
      ts.forEachChild(node, collect);
    };
    collect(block);
    return {
      statement,
      declaration,
      block,
      owner: functionOf(statement),
      name: declaration.name.text,
      mentions,
    };
  }
}

export function isUsing({ declarationList }) {
  const kind = declarationList.flags & ts.NodeFlags.BlockScoped;
  return kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing;
}

export function functionOf(node) {
  return ts.findAncestor(node.parent, ts.isFunctionLike);
}

export function contains(outer, inner) {
  return outer.pos <= inner.pos && inner.end <= outer.end && outer.getSourceFile() === inner.getSourceFile();
}

/**
 * Whether an expression works with the handle: calls a method of it or of its part, or gives it to a call, by itself or in an
 * object. What is asserted of it by `expect(handle)` needs no open handle.
 *
 * @param isDeferred whether a callback that the expression gives away may do so.
 */
export function worksWith({ mentions }, expression, checker, isDeferred) {
  return mentions.some((mention) => {
    if (!contains(expression, mention)) return false;
    const inCallback = functionOf(mention) !== functionOf(expression);
    return (!inCallback || isDeferred) && isWork(mention, expression, checker, inCallback);
  });
}

/** Who releases by hand does not work with it: released twice may be no bug. */
const releases = /^(close|dispose|disposeAsync|asyncDispose|destroy|end|release|stop|terminate|shutdown)$/;

function isWork(mention, limit, checker, inCallback) {
  let node = mention;
  while (
    (ts.isPropertyAccessExpression(node.parent) ||
      ts.isElementAccessExpression(node.parent) ||
      ts.isNonNullExpression(node.parent)) &&
    node.parent.expression === node
  )
    node = node.parent;
  const { parent } = node;
  const isCalled = ts.isCallExpression(parent) && parent.expression === node && node !== mention;
  if (isCalled && releases.test(node.name?.text ?? node.argumentExpression?.name?.text ?? "")) return false;
  if (!isCalled && node !== mention) return false;
  const isAssertion = ts.isCallExpression(parent) && /^(expect|assert)/.test(parent.expression.getText());
  if (!isCalled && isAssertion) return false;
  const isGiven =
    ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.arguments?.includes(node)) ||
    ts.isShorthandPropertyAssignment(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node);
  if (!isCalled && !isGiven) return false;
  if (inCallback || !isCalled) return true;
  // f(x.q()): where that is a number or a text, f does not work with x.
  const call = parent;
  return isLeftmost(call, limit) || isObject(checker.getTypeAtLocation(call));
}

/** x.a().b(): the call is what the expression begins with. */
function isLeftmost(call, limit) {
  return call.getStart() === limit.getStart();
}

function isObject(type) {
  if (type.isUnion()) return type.types.some(isObject);
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter)) !== 0;
}

/** Whether a type is a promise, and not `any`. */
export function isPromise(type, checker) {
  return (
    (type.flags & ts.TypeFlags.Any) === 0 &&
    checker.getPropertyOfType(type, "then") !== undefined &&
    checker.getAwaitedType(type) !== type
  );
}

/** Whether somebody gets what the function returns: one that is given to a call only where the result's type depends on it. */
export function isReturnTaken(owner, checker) {
  if (ts.isConstructorDeclaration(owner) || ts.isAccessor(owner) || owner.asteriskToken) return false;
  if (/^(Promise<)?void>?$/.test(owner.type?.getText() ?? "")) return false;
  const call = owner.parent;
  if (!ts.isCallExpression(call)) return !ts.isNewExpression(call);
  const parameters = checker.getResolvedSignature(call)?.declaration?.parameters;
  const type = parameters?.[Math.min(call.arguments.indexOf(owner), parameters.length - 1)]?.type;
  const names =
    checker.getResolvedSignature(call)?.declaration?.typeParameters?.map(({ name }) => name.text) ?? [];
  if (type === undefined || !ts.isFunctionTypeNode(type)) return false;
  return names.some((name) => new RegExp(`\\b${name}\\b`).test(type.type.getText()));
}
