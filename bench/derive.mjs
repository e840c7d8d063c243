import ts from "typescript";

const { factory } = ts;

/** `const name = raii(value);` or `const name = await raii(value);`, or undefined. */
function acquisitionOf(statement) {
  if (!ts.isVariableStatement(statement)) return undefined;
  const [{ name, initializer }] = statement.declarationList.declarations;
  const isAsync = initializer !== undefined && ts.isAwaitExpression(initializer);
  const call = isAsync ? initializer.expression : initializer;
  const isAcquisition = call && ts.isCallExpression(call) && call.expression.text === "raii";
  return isAcquisition ? { name, value: call.arguments[0], isAsync } : undefined;
}

function createVariable(flags, name, value) {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], flags),
  );
}

function createTryFinally(statements, call) {
  const last = factory.createExpressionStatement(call);
  return factory.createTryStatement(
    factory.createBlock(statements, true),
    undefined,
    factory.createBlock([last]),
  );
}

/** `name[Symbol.dispose]()`, `await name[Symbol.asyncDispose]()` */
function createDispose(name, isAsync) {
  const symbol = factory.createIdentifier("Symbol");
  const key = factory.createPropertyAccessExpression(symbol, isAsync ? "asyncDispose" : "dispose");
  const call = factory.createCallExpression(factory.createElementAccessExpression(name, key), undefined, []);
  return isAsync ? factory.createAwaitExpression(call) : call;
}

/** Writes a case anew without `raii`: what `rewrite` makes of the statements of each block. */
function derive(source, rewrite) {
  const isDirective = (node) =>
    ts.isExpressionStatement(node) &&
    ts.isStringLiteral(node.expression) &&
    node.expression.text === "use raii";
  const isMarkerImport = (node) => ts.isImportDeclaration(node) && node.moduleSpecifier.text === "ts-raii";
  const transform = (context) => (file) => {
    const visit = (node) => {
      if (isDirective(node) || isMarkerImport(node)) return undefined;
      const visited = ts.visitEachChild(node, visit, context);
      return ts.isBlock(visited) ? factory.updateBlock(visited, rewrite([...visited.statements])) : visited;
    };
    return ts.visitEachChild(file, visit, context);
  };
  const file = ts.createSourceFile("case.ts", source, ts.ScriptTarget.ESNext, true);
  return ts.createPrinter().printFile(ts.transform(file, [transform]).transformed[0]);
}

/** `using name = value;`, `await using name = value;` */
export function deriveUsing(source) {
  return derive(source, (statements) =>
    statements.map((statement) => {
      const acquisition = acquisitionOf(statement);
      if (acquisition === undefined) return statement;
      const { name, value, isAsync } = acquisition;
      return createVariable(isAsync ? ts.NodeFlags.AwaitUsing : ts.NodeFlags.Using, name, value);
    }),
  );
}

/** `const name = value; try { … } finally { name[Symbol.dispose](); }`, nested: what one writes by hand. */
export function deriveNested(source) {
  const nest = (statements) => {
    const index = statements.findIndex(acquisitionOf);
    if (index < 0) return statements;
    const { name, value, isAsync } = acquisitionOf(statements[index]);
    return [
      ...statements.slice(0, index),
      createVariable(ts.NodeFlags.Const, name, value),
      createTryFinally(nest(statements.slice(index + 1)), createDispose(name, isAsync)),
    ];
  };
  return derive(source, nest);
}

/**
 * `const stack = new DisposableStack(); try { const name = stack.use(value); … } finally { stack.dispose(); }`, with
 * an AsyncDisposableStack for what is acquired by `await raii`.
 */
export function deriveStack(source) {
  const stack = factory.createIdentifier("stack");
  const call = (method, args) =>
    factory.createCallExpression(factory.createPropertyAccessExpression(stack, method), undefined, args);
  return derive(source, (statements) => {
    const acquisitions = statements.map(acquisitionOf);
    if (acquisitions.every((each) => each === undefined)) return statements;
    const isAsync = acquisitions.some((each) => each?.isAsync);
    const body = statements.map((statement, index) => {
      const acquisition = acquisitions[index];
      if (acquisition === undefined) return statement;
      return createVariable(ts.NodeFlags.Const, acquisition.name, call("use", [acquisition.value]));
    });
    const stackClass = factory.createIdentifier(isAsync ? "AsyncDisposableStack" : "DisposableStack");
    const create = factory.createNewExpression(stackClass, undefined, []);
    const dispose = isAsync ? factory.createAwaitExpression(call("disposeAsync", [])) : call("dispose", []);
    return [createVariable(ts.NodeFlags.Const, stack, create), createTryFinally(body, dispose)];
  });
}
