import ts from "typescript";
import { contains, functionOf, isPromise, isReturnTaken, resourcesOf, worksWith } from "./resources.mjs";

/** What is planted, each with what a finding has to stand on to count as finding it. */
export const kinds = {
  "await removed": "the statement without its `await`",
  "await of return removed": "the `return`",
  returned: "the `return`",
  stored: "the statement that stores",
  "kept in a timer or listener": "the call that keeps the callback",
  "release dropped": "the declaration",
  "work after the scope": "the declarations and the work moved",
};

/**
 * Every bug that can be planted in a file with certainty. What may be no bug is not here: an `await` of what does not work with
 * a handle, what is returned and nobody takes, a handle that is moved or released by hand.
 *
 * @returns for each `{ kind, at, variants }`, where a variant is a list of edits; one that is `silent` does not count as touched.
 */
export function mutationsOf(sourceFile, checker) {
  const resources = resourcesOf(sourceFile, checker);
  const found = [];
  for (const resource of resources) {
    if (resource.owner === undefined || resource.owner.asteriskToken) continue;
    awaitRemoved(resource);
    awaitOfReturnRemoved(resource);
    returned(resource);
    stored(resource);
    kept(resource);
    dropped(resource);
    moved(resource);
  }
  return found.filter(
    ({ kind, at }, index) => found.findIndex((each) => each.kind === kind && each.at === at) === index,
  );

  function add(kind, at, ...variants) {
    found.push({ kind, at: at.getStart(), variants });
  }

  /** The statements of a kind that the function of the resource runs in its scope. */
  function statementsOf({ block, statement, owner }, is) {
    const all = [];
    const visit = (node) => {
      if (is(node) && functionOf(node) === owner && node.pos >= statement.end) all.push(node);
      if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
    };
    ts.forEachChild(block, visit);
    return all;
  }

  function awaitRemoved(resource) {
    for (const each of statementsOf(resource, ts.isExpressionStatement)) {
      if (!ts.isAwaitExpression(each.expression)) continue;
      const { expression } = each.expression;
      if (isPromiseOf(resource, expression))
        add("await removed", each, [instead(each, `${expression.getText()};`)]);
    }
  }

  function awaitOfReturnRemoved(resource) {
    for (const each of statementsOf(resource, ts.isReturnStatement)) {
      if (!each.expression || !ts.isAwaitExpression(each.expression)) continue;
      const { expression } = each.expression;
      const isInTry = ts.findAncestor(
        each,
        (node) => ts.isTryStatement(node) && contains(resource.block, node),
      );
      if (!isInTry && isPromiseOf(resource, expression))
        add("await of return removed", each, [instead(each, `return ${expression.getText()};`)]);
    }
  }

  function isPromiseOf(resource, expression) {
    return (
      isPromise(checker.getTypeAtLocation(expression), checker) &&
      worksWith(resource, expression, checker, true)
    );
  }

  function returned(resource) {
    const { owner, name } = resource;
    if (!isReturnTaken(owner, checker)) return;
    for (const each of statementsOf(resource, ts.isReturnStatement)) {
      if (each.expression === undefined || isMoved(resource)) continue;
      const forms = [`return ${name};`, `return { ${name} };`, `return () => ${name};`];
      add("returned", each, ...forms.map((form) => [instead(each, form)]));
    }
  }

  function stored(resource) {
    const { block, name, mentions } = resource;
    const last = block.statements.at(-1);
    if (mentions.length === 0 || isMoved(resource)) return;
    if (ts.isReturnStatement(last) || ts.isThrowStatement(last) || last === resource.statement) return;
    const store = (declaration, statement) => [
      { start: 0, end: 0, text: `${declaration}\n`, silent: true },
      { start: last.end, end: last.end, text: `\n${statement}` },
    ];
    add(
      "stored",
      last,
      store("const keptForLater = new Set<unknown>();", `keptForLater.add(${name});`),
      store("const keptForLater: unknown[] = [];", `keptForLater.push(${name});`),
      store("const keptForLater = { it: undefined as unknown };", `keptForLater.it = ${name};`),
    );
  }

  function kept(resource) {
    if (isMoved(resource)) return;
    for (const each of statementsOf(resource, ts.isExpressionStatement)) {
      const isAwaited = ts.isAwaitExpression(each.expression);
      const expression = isAwaited ? each.expression.expression : each.expression;
      if (!ts.isCallExpression(expression) || !worksWith(resource, expression, checker, false)) continue;
      if (
        /\b(yield|super|arguments)\b/.test(each.getText()) ||
        (!isAwaited && /\bawait\b/.test(each.getText()))
      )
        continue;
      const callback = `${isAwaited ? "async " : ""}() => {\n${each.getText()}\n}`;
      const forms = [`setTimeout(${callback}, 60_000);`, `setInterval(${callback}, 60_000);`];
      if (checker.resolveName("process", each, ts.SymbolFlags.Value, false))
        forms.push(`process.once("exit", ${callback});`);
      add("kept in a timer or listener", each, ...forms.map((form) => [instead(each, form)]));
    }
  }

  function dropped(resource) {
    const { statement, declaration } = resource;
    const { initializer } = declaration;
    // What was lent to a callback is released by another.
    if (isMoved(resource) || initializer.getText() === "acquired(lent)") return;
    if (ts.isIdentifier(initializer)) return; // its owner may be another variable
    add("release dropped", statement, [instead(statement, `const ${declaration.getText()};`)]);
  }

  function moved(resource) {
    const { block, statement, declaration, name, mentions } = resource;
    const last = block.statements.at(-1);
    if (last === statement || !ts.isExpressionStatement(last) || isMoved(resource)) return;
    const expression = ts.isAwaitExpression(last.expression) ? last.expression.expression : last.expression;
    if (!worksWith(resource, expression, checker, false) || usesOthers(resource, last)) return;
    let work = last.getText();
    for (const mention of mentions.filter((each) => contains(last, each)).reverse()) {
      const at = mention.getStart() - last.getStart();
      const by = ts.isShorthandPropertyAssignment(mention.parent) ? `${name}: keptAlive` : "keptAlive";
      work = work.slice(0, at) + by + work.slice(at + name.length);
    }
    const using = statement.getText().match(/^(await\s+)?using/)?.[0] ?? "using";
    const value = declaration.initializer.getText();
    const type = declaration.type ? `: ${declaration.type.getText()}` : "";
    add(
      "work after the scope",
      last,
      [
        instead(statement, `const keptAlive${type} = ${value};\n{\n${using} ${name} = keptAlive;`),
        instead(last, `}\n${work}`),
      ],
      [
        instead(statement, `let keptAlive;\n{\n${using} ${name}${type} = ${value};\nkeptAlive = ${name};`),
        instead(last, `}\n${work}`),
      ],
    );
  }

  /** Whether a statement uses what the block declares with or after the resource, other than that. */
  function usesOthers({ block, statement, declaration }, last) {
    let does = false;
    const visit = (node) => {
      if (ts.isIdentifier(node)) {
        const declared = checker.getSymbolAtLocation(node)?.declarations?.[0];
        if (
          declared !== undefined &&
          declared !== declaration &&
          declared.getSourceFile() === sourceFile &&
          contains(block, declared) &&
          !contains(last, declared) &&
          declared.pos >= statement.pos
        )
          does = true;
      }
      ts.forEachChild(node, visit);
    };
    visit(last);
    return does;
  }

  /** Whether the code releases it by hand, or gives it to who does. */
  function isMoved({ mentions }) {
    return mentions.some(({ parent }) => {
      if (ts.isReturnStatement(parent)) return true;
      if (ts.isElementAccessExpression(parent)) return /ispose/.test(parent.argumentExpression.getText());
      if (ts.isPropertyAccessExpression(parent))
        return /^(dispose|disposeAsync|move|detach)$/.test(parent.name.text);
      return ts.isCallExpression(parent) && /^(use|adopt|move)$/.test(parent.expression.name?.text ?? "");
    });
  }
}

function instead(node, text) {
  return { start: node.getStart(), end: node.end, text };
}
