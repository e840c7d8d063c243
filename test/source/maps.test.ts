import { parse } from "@babel/parser";
import { decode } from "@jridgewell/sourcemap-codec";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform, type Transformed } from "../../source/index.ts";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { execFixtures, readFixture } from "../harness/exec-fixtures.ts";
import { sample } from "../harness/sample.ts";
import { compilerOptions } from "./canonical.ts";

function transformed(path: string, source: string, lowering: Lowering): Transformed | undefined {
  return transform(source, path, { lowering, typescript: ts, onDiagnostic() {} });
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

function tokensOf(code: string): Token[] {
  const { tokens } = parse(code, {
    sourceType: "unambiguous",
    tokens: true,
    errorRecovery: true,
    plugins: ["explicitResourceManagement", "decorators", "decoratorAutoAccessors"],
  });
  return (tokens ?? []).flatMap(({ type, value, loc: { start } }) => {
    const text = String(value ?? type.label);
    return typeof type === "string" || text === ";" || text === "eof" ? [] : [{ text, ...start }];
  });
}

describe.each(lowerings)("the %s lowering", (lowering) => {
  it("each token of what runs leads to the line that the transformer's own map names", () => {
    let tokens = 0;
    let onLine = 0;
    for (const path of sample(execFixtures, 12)) {
      const source = readFixture(path);
      const result = transformed(path, source, lowering);
      if (result === undefined) continue;
      const direct = compile(source, { fileName: path, lowering, keepsLines: true, compilerOptions });
      const plain = compile(result.code, { fileName: path, transform: false, compilerOptions });
      const [ofDirect, ofPlain] = [tokensOf(direct.code), tokensOf(plain.code)];
      expect(ofPlain.map(({ text }) => text)).toEqual(ofDirect.map(({ text }) => text));
      const [directMap, plainMap, ownMap] = [
        direct.map!,
        plain.map!,
        { ...result.map, version: 3 as const },
      ].map((map) => new TraceMap(map));
      for (const [index, token] of ofDirect.entries()) {
        const expected = originalPositionFor(directMap!, token);
        const between = originalPositionFor(plainMap!, ofPlain[index]!);
        const actual = between.line === null ? between : originalPositionFor(ownMap!, between);
        tokens++;
        if (actual.line === expected.line) onLine++;
      }
    }
    expect(tokens).toBeGreaterThan(5000);
    expect(onLine / tokens).toBeGreaterThan(0.999);
  });

  it("statements stand on their lines", () => {
    const counts: Record<string, { statements: number; onLine: number }> = {};
    for (const path of sample(execFixtures, 4)) {
      const source = readFixture(path);
      const result = transformed(path, source, lowering);
      if (result === undefined) continue;
      for (const { kind, isOnLine } of statementsOf(path, source, result)) {
        const count = (counts[kind] ??= { statements: 0, onLine: 0 });
        count.statements++;
        if (isOnLine) count.onLine++;
      }
    }
    const shareOf = (kind: string): number => counts[kind]!.onLine / counts[kind]!.statements;
    const all = Object.values(counts);
    const sum = (key: "statements" | "onLine"): number => all.reduce((total, count) => total + count[key], 0);
    const share = sum("onLine") / sum("statements");
    console.log(
      `statements on their lines, ${lowering}: ${(100 * share).toFixed(1)} % of ${sum("statements")}`,
    );
    expect(share).toBeGreaterThan(lowering === "inline" ? 0.99 : 0.97);
    for (const kind of ["file", "function", "closure", "member"])
      expect({ kind, isKept: shareOf(kind) > 0.95 }).toEqual({ kind, isKept: true });
  });
});

/** Each statement of a file, with what it stands in, and whether the text has it on its line. */
function statementsOf(
  path: string,
  source: string,
  { map }: Transformed,
): { readonly kind: string; readonly isOnLine: boolean }[] {
  const sourceFile = ts.createSourceFile(path, source, ts.ScriptTarget.ESNext, true);
  /** For each place of the source, the lines on which it is found. */
  const lines = new Map<string, Set<number>>();
  for (const [line, segments] of decode(map.mappings).entries()) {
    for (const [, , sourceLine, sourceColumn] of segments) {
      if (sourceLine === undefined) continue;
      const key = `${sourceLine}:${sourceColumn}`;
      lines.set(key, (lines.get(key) ?? new Set()).add(line));
    }
  }
  const statements: { kind: string; isOnLine: boolean }[] = [];
  const visit = (node: ts.Node, kind: string): void => {
    const isDirective = ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression);
    if (ts.isStatement(node) && !ts.isBlock(node) && !isDirective) {
      const { line, character } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
      statements.push({ kind, isOnLine: lines.get(`${line}:${character}`)?.has(line) ?? false });
    }
    const isMember = ts.isClassElement(node) || ts.isObjectLiteralElement(node);
    const inside =
      ts.isFunctionLike(node) || ts.isClassElement(node)
        ? isMember
          ? "member"
          : kind === "file"
            ? "function"
            : "closure"
        : kind;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(sourceFile, "file");
  return statements;
}
