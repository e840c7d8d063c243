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
      const direct = compile(source, { fileName: path, lowering, compilerOptions });
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
    let statements = 0;
    let onLine = 0;
    for (const path of sample(execFixtures, 8)) {
      const source = readFixture(path);
      const result = transformed(path, source, lowering);
      if (result === undefined) continue;
      const sourceFile = ts.createSourceFile(path, source, ts.ScriptTarget.ESNext, true);
      /** For each place of the source, the lines on which it is found. */
      const lines = new Map<string, Set<number>>();
      for (const [line, segments] of decode(result.map.mappings).entries()) {
        for (const [, , sourceLine, sourceColumn] of segments) {
          if (sourceLine === undefined) continue;
          const key = `${sourceLine}:${sourceColumn}`;
          lines.set(key, (lines.get(key) ?? new Set()).add(line));
        }
      }
      const visit = (node: ts.Node, depth: number): void => {
        const isFunction = ts.isFunctionLike(node) || ts.isClassLike(node);
        // A program stands behind its function where that is not in another one, and not in a class.
        const isCounted = lowering === "inline" || depth <= 1;
        const isDirective = ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression);
        if (isCounted && ts.isStatement(node) && !ts.isBlock(node) && !isDirective) {
          const { line, character } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
          statements++;
          if (lines.get(`${line}:${character}`)?.has(line)) onLine++;
        }
        ts.forEachChild(node, (child) =>
          visit(child, depth + (isFunction ? (ts.isClassLike(node) ? 2 : 1) : 0)),
        );
      };
      visit(sourceFile, 0);
    }
    expect(statements).toBeGreaterThan(150);
    expect(onLine / statements).toBeGreaterThan(0.99);
  });
});
