import ts from "typescript";
import { applyEdits } from "./edits.mjs";

/** What converted code calls; it is analysed and never run. Who acquires owns, whatever the type says of itself. */
export const ambient = `declare function acquired<Value>(value: Value): Value & AsyncDisposable;\n`;

/**
 * Writes with `await using` what a code base does by hand:
 *
 * - `const x = e; try { … } finally { await x.release(); }` becomes `await using x = acquired(e); try { … } finally {}`;
 * - `withClient(async (x) => { … })` becomes `withClient(async (lent) => { await using x = acquired(lent); … })`, and where the
 *   callback is an expression, that is awaited and returned. What it returns is awaited, as the function that lends does.
 *
 * @param text of a file.
 * @param callbacks names of the functions that lend a resource; `releases` names of the methods that release one.
 */
export function convert(fileName, text, { callbacks, releases }) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const edits = [];
  const replace = (node, by) => edits.push({ start: node.getStart(), end: node.end, text: by });
  visit(file);
  return applyEdits(text, edits);

  function visit(node) {
    if (ts.isTryStatement(node)) fromFinally(node);
    if (ts.isCallExpression(node) && callbacks.includes(nameOf(node.expression)))
      fromCallback(node.arguments.find((each) => ts.isArrowFunction(each)));
    ts.forEachChild(node, visit);
  }

  function fromFinally(node) {
    const last = node.finallyBlock?.statements.at(-1);
    if (last === undefined || !ts.isExpressionStatement(last)) return;
    const call = ts.isAwaitExpression(last.expression) ? last.expression.expression : last.expression;
    if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return;
    const { expression: handle, name } = call.expression;
    if (!ts.isIdentifier(handle) || !releases.includes(name.text) || !isInAsync(node)) return;
    const before = node.parent.statements?.slice(0, node.parent.statements.indexOf(node)) ?? [];
    const declared = before.findLast((each) => declares(each, handle.text));
    if (declared === undefined) return;
    const [declaration] = declared.declarationList.declarations;
    const from = declared.getStart();
    edits.push({ start: from, end: declaration.name.getStart(), text: "await using " });
    edits.push({
      start: declaration.initializer.getStart(),
      end: declaration.initializer.getStart(),
      text: "acquired(",
    });
    edits.push({ start: declaration.initializer.end, end: declaration.initializer.end, text: ")" });
    replace(last, "");
  }

  function fromCallback(callback) {
    const [parameter] = callback?.parameters ?? [];
    if (parameter === undefined || !ts.isIdentifier(parameter.name) || parameter.initializer) return;
    const handle = parameter.name.text;
    const acquire = `await using ${handle} = acquired(lent);`;
    const isAsync = callback.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    if (ts.isBlock(callback.body) && !isAsync) return; // what it returns may be anything
    if (!isAsync) edits.push({ start: callback.getStart(), end: callback.getStart(), text: "async " });
    replace(parameter.name, "lent");
    const { body } = callback;
    if (ts.isBlock(body)) {
      edits.push({ start: body.getStart() + 1, end: body.getStart() + 1, text: ` ${acquire}` });
      awaitReturns(body);
    } else {
      const inner = ts.isAwaitExpression(body) ? body.expression : body;
      edits.push({ start: body.getStart(), end: inner.getStart(), text: `{ ${acquire} return await ` });
      edits.push({ start: body.end, end: body.end, text: "; }" });
    }
  }

  function awaitReturns(node) {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression && !ts.isAwaitExpression(node.expression)) {
      const { expression } = node;
      edits.push({ start: expression.getStart(), end: expression.getStart(), text: "await (" });
      edits.push({ start: expression.end, end: expression.end, text: ")" });
    }
    ts.forEachChild(node, awaitReturns);
  }
}

function nameOf(callee) {
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.text;
}

/** `const name = e`, alone: what is assigned later has no one place to be acquired. */
function declares(statement, name) {
  if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const))
    return false;
  const { declarations } = statement.declarationList;
  return (
    declarations.length === 1 &&
    declarations[0].name.text === name &&
    declarations[0].initializer !== undefined
  );
}

function isInAsync(node) {
  const owner = ts.findAncestor(node, ts.isFunctionLike);
  return owner?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}
