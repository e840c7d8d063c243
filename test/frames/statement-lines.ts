import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";

/** How the statements of the annotated functions of a file are found again in what is emitted. */
export interface StatementLines {
  readonly all: number;
  /** Those whose beginning is mapped: a breakpoint on them, and a frame in them, has their line. */
  readonly mapped: number;
  /** Those with no later line before them in the output, so that who prints it can put them on their own line. */
  readonly inOrder: number;
}

export function measureStatementLines(source: string, code: string, map: string): StatementLines {
  const beginnings = findBeginnings(source);
  const output = code.split("\n");
  const mapped = new Set<string>();
  const inOrder = new Set<string>();
  let last = 0;
  eachMapping(new TraceMap(map), ({ originalLine, originalColumn, generatedLine }) => {
    // What runs a program is no statement of the source.
    if (/\bawait (?:awaited|driver)_\d/.test(output[generatedLine - 1]!)) return;
    const beginning = `${originalLine}:${originalColumn}`;
    if (originalLine === null || !beginnings.has(beginning)) return;
    mapped.add(beginning);
    if (originalLine < last) return;
    inOrder.add(beginning);
    last = originalLine;
  });
  return { all: beginnings.size, mapped: mapped.size, inOrder: inOrder.size };
}

/** Where the statements of annotated functions begin, `line:column` as source maps count. */
function findBeginnings(source: string): Set<string> {
  const file = ts.createSourceFile("file.ts", source, ts.ScriptTarget.ESNext, true);
  const beginnings = new Set<string>();
  const visit = (node: ts.Node, isOwn: boolean): void => {
    const isInside = ts.isFunctionLike(node) ? isAnnotated(node) : isOwn;
    if (isInside && isExecuted(node)) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      beginnings.add(`${line + 1}:${character}`);
    }
    ts.forEachChild(node, (child) => visit(child, isInside));
  };
  visit(file, false);
  return beginnings;
}

function isAnnotated(node: ts.SignatureDeclaration): boolean {
  const { body } = node as ts.FunctionLikeDeclaration;
  if (body === undefined) return false;
  if (ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "raii")) return true;
  return ts.isBlock(body) && body.statements.some((each) => directiveOf(each)?.startsWith("use raii"));
}

function directiveOf(node: ts.Node): string | undefined {
  return ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression)
    ? node.expression.text
    : undefined;
}

/** A block is where its statements are. Directives and types are not emitted. */
function isExecuted(node: ts.Node): boolean {
  return (
    ts.isStatement(node) &&
    !ts.isBlock(node) &&
    !ts.isEmptyStatement(node) &&
    !ts.isInterfaceDeclaration(node) &&
    !ts.isTypeAliasDeclaration(node) &&
    directiveOf(node) === undefined
  );
}
