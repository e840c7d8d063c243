import ts from "typescript";

const { factory } = ts;

/** `const name = raii(value);`, or undefined. */
function acquisitionOf(statement) {
  if (!ts.isVariableStatement(statement)) return undefined;
  const [{ name, initializer }] = statement.declarationList.declarations;
  const isAcquisition =
    initializer && ts.isCallExpression(initializer) && initializer.expression.text === "raii";
  return isAcquisition ? { name, value: initializer.arguments[0] } : undefined;
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

function createDispose(name) {
  const key = factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "dispose");
  return factory.createCallExpression(factory.createElementAccessExpression(name, key), undefined, []);
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

/** `using name = value;` */
export function deriveUsing(source) {
  return derive(source, (statements) =>
    statements.map((statement) => {
      const acquisition = acquisitionOf(statement);
      return acquisition
        ? createVariable(ts.NodeFlags.Using, acquisition.name, acquisition.value)
        : statement;
    }),
  );
}

/** `const name = value; try { … } finally { name[Symbol.dispose](); }`, nested: what one writes by hand. */
export function deriveNested(source) {
  const nest = (statements) => {
    const index = statements.findIndex(acquisitionOf);
    if (index < 0) return statements;
    const { name, value } = acquisitionOf(statements[index]);
    return [
      ...statements.slice(0, index),
      createVariable(ts.NodeFlags.Const, name, value),
      createTryFinally(nest(statements.slice(index + 1)), createDispose(name)),
    ];
  };
  return derive(source, nest);
}

/** `const stack = new DisposableStack(); try { const name = stack.use(value); … } finally { stack.dispose(); }` */
export function deriveStack(source) {
  const stack = factory.createIdentifier("stack");
  const call = (method, args) =>
    factory.createCallExpression(factory.createPropertyAccessExpression(stack, method), undefined, args);
  return derive(source, (statements) => {
    if (!statements.some(acquisitionOf)) return statements;
    const body = statements.map((statement) => {
      const acquisition = acquisitionOf(statement);
      if (acquisition === undefined) return statement;
      return createVariable(ts.NodeFlags.Const, acquisition.name, call("use", [acquisition.value]));
    });
    const create = factory.createNewExpression(factory.createIdentifier("DisposableStack"), undefined, []);
    return [createVariable(ts.NodeFlags.Const, stack, create), createTryFinally(body, call("dispose", []))];
  });
}
