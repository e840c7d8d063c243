import ts from "typescript";

/**
 * Writes out what `await using` means, step for step as the standard says it: try/catch/finally, with DisposeResources in
 * the `finally` and each of its awaits an `await` of the function itself. TypeScript's own emit takes other ticks than
 * the standard does (microsoft/TypeScript#58929), so it cannot be the oracle of a log in which ticks are to be seen.
 *
 * A block that declares by `using` alone is left to TypeScript, which has nothing to await there.
 *
 * @param source an oracle, or a fixture said with `using`.
 * @returns the text without `await using`.
 */
export function lowerUsing(source: string): string {
  const file = ts.createSourceFile("oracle.ts", source, ts.ScriptTarget.ESNext, true);
  const edits: Edit[] = [];
  let count = 0;
  const insert = (at: number, text: string): void => void edits.push({ start: at, end: at, text });
  /** What closes an inner thing comes before what closes an outer one at the same place. */
  const insertClose = (at: number, text: string): void => void edits.unshift({ start: at, end: at, text });

  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) && node.statements.some((each) => isUsing(listOf(each), "async")))
      lowerBlock(node, count++);
    if ((ts.isForOfStatement(node) || ts.isForStatement(node)) && isUsing(node.initializer, "async"))
      lowerHead(node, node.initializer, count++);
    ts.forEachChild(node, visit);
  };
  const lowerBlock = ({ statements, end }: ts.Block, n: number): void => {
    const first = statements.find((each) => !isDirective(each))!;
    insert(first.getStart(), open(n));
    for (const statement of statements) {
      const list = listOf(statement);
      if (isUsing(list, "async") || isUsing(list, "sync")) lowerList(list, n);
    }
    insertClose(end - 1, close(n));
  };
  const lowerList = (list: ts.VariableDeclarationList, n: number): void => {
    const kind = isUsing(list, "async") ? "async" : "sync";
    edits.push({ start: list.getStart(), end: list.declarations[0]!.getStart(), text: "const " });
    for (const { initializer } of list.declarations) {
      insert(initializer!.getStart(), hold(n, kind));
      insertClose(initializer!.getEnd(), "))");
    }
  };
  const lowerHead = (
    node: ts.ForOfStatement | ts.ForStatement,
    list: ts.VariableDeclarationList,
    n: number,
  ): void => {
    if (ts.isForOfStatement(node)) {
      // The scope is each iteration.
      const name = list.declarations[0]!.name.getText();
      const { statement } = node;
      edits.push({ start: list.getStart(), end: list.getEnd(), text: `const $each${n}` });
      insert(statement.getStart(), `{ ${open(n)} const ${name} = ${hold(n, "async")}$each${n})); `);
      insertClose(statement.getEnd(), `${close(n)} }`);
      return;
    }
    // The scope is the whole statement, with the labels before it.
    let whole: ts.Statement = node;
    while (ts.isLabeledStatement(whole.parent)) whole = whole.parent;
    lowerList(list, n);
    insert(whole.getStart(), `{ ${open(n)}`);
    insertClose(whole.getEnd(), `${close(n)} }`);
  };
  visit(file);
  return count === 0 ? source : applyEdits(source, edits) + helpers;
}

/** A part of a text to be replaced. Of two at one place the first stays the first. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits a text. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = "";
  let position = 0;
  for (const { start, end, text: by } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    text += source.slice(position, start) + by;
    position = end;
  }
  return text + source.slice(position);
}

function listOf(statement: ts.Statement): ts.VariableDeclarationList | undefined {
  return ts.isVariableStatement(statement) ? statement.declarationList : undefined;
}

function isUsing(node: ts.Node | undefined, kind: "sync" | "async"): node is ts.VariableDeclarationList {
  const flag = kind === "sync" ? ts.NodeFlags.Using : ts.NodeFlags.AwaitUsing;
  return (
    node !== undefined &&
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.BlockScoped) === flag
  );
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

const hold = (n: number, kind: "sync" | "async"): string => `$hold($held${n}, "${kind}", (`;

const open = (n: number): string =>
  `const $held${n}: any[] = [], $exit${n}: any = { failed: false, error: undefined }; try { `;

/** DisposeResources, with the names of its steps. */
const close = (n: number): string => ` } catch ($error) { $fail($exit${n}, $error); } finally {
  let needsAwait = false, hasAwaited = false;
  for (const { kind, value, method } of $held${n}.reverse()) {
    if (kind === "sync" && needsAwait && !hasAwaited) { await undefined; needsAwait = false; }
    if (method === undefined) needsAwait = true;
    else try {
      const result = method.call(value);
      if (kind === "async") { hasAwaited = true; await result; }
    } catch ($error) { $fail($exit${n}, $error); }
  }
  if (needsAwait && !hasAwaited) await undefined;
  if ($exit${n}.failed) throw $exit${n}.error;
}`;

/** AddDisposableResource and GetDisposeMethod; and how one completion takes the place of another. */
const helpers = `
function $hold(held: any[], kind: string, value: any): any {
  if (value === null || value === undefined) {
    if (kind === "async") held.push({ kind, value: undefined, method: undefined });
    return value;
  }
  if (Object(value) !== value) throw new TypeError("not an object");
  let method = kind === "async" ? value[Symbol.asyncDispose] ?? undefined : undefined;
  if (method === undefined) {
    const dispose = (method = value[Symbol.dispose] ?? undefined);
    if (typeof dispose === "function" && kind === "async")
      method = function (this: any) {
        return new Promise<void>((resolve) => { dispose.call(this); resolve(undefined); });
      };
  }
  if (typeof method !== "function") throw new TypeError("no dispose method");
  held.push({ kind, value, method });
  return value;
}
function $fail(exit: any, error: any): void {
  exit.error = exit.failed
    ? Object.assign(new Error(), { name: "SuppressedError", error, suppressed: exit.error })
    : error;
  exit.failed = true;
}
`;
