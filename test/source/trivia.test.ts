import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures } from "../harness/exec-fixtures.ts";
import { readTree, sameTree } from "../harness/meant-tree.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { gapsOf, scattered, scatterTrivia } from "../harness/scatter-trivia.ts";
import { canonical, compilerOptions } from "./canonical.ts";

/** Gives each comment a number. */
function numberComments(text: string): string {
  let count = 0;
  return text.replace(/one line(?= \*\/)|to the end of the line$/gm, (comment) => `${comment} ${count++},`);
}

/** How often each comment occurs, by its number. */
function countComments(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, number] of text.matchAll(/(?:one line|to the end of the line) (\d+),/g))
    counts.set(number!, (counts.get(number!) ?? 0) + 1);
  return counts;
}

/** Without the semicolons at the ends of lines that can be left out. */
function withoutSemicolons(text: string): string {
  const shorter = text.replace(/;$(?!\n\s*[([`+\-/])/gm, "");
  const [file, shorterFile] = [text, shorter].map((each) =>
    ts.createSourceFile("input.ts", each, ts.ScriptTarget.ESNext, true),
  ) as [ts.SourceFile, ts.SourceFile & { readonly parseDiagnostics: readonly ts.Diagnostic[] }];
  const isSame =
    shorterFile.parseDiagnostics.length === 0 && sameTree(readTree(ts, file), readTree(ts, shorterFile));
  return isSame ? shorter : text;
}

describe.each(lowerings)("comments and line breaks between tokens, %s lowering", (lowering) => {
  it(
    "change nothing, and no comment is lost",
    () => {
      const paths = fc.constantFrom(...execFixtures);
      const property = fc.property(
        paths,
        scattered,
        fc.boolean(),
        fc.boolean(),
        (path, places, isCrLf, isShort) => {
          const text = scatterTrivia(gapsOf(path), places);
          const numbered = numberComments(isShort ? withoutSemicolons(text) : text);
          const source = isCrLf ? numbered.replaceAll("\n", "\r\n") : numbered;
          const result = transform(source, path, { lowering, typescript: ts, onDiagnostic() {} });
          const code = (result?.code ?? source).replaceAll("\r\n", "\n");
          const direct = compile(numbered, {
            fileName: path,
            lowering,
            keepsLines: true,
            compilerOptions,
          }).code;
          expect(canonical(code, path), source).toBe(canonical(direct, path));
          const [written, byTransformer] = [countComments(code), countComments(direct)];
          for (const number of countComments(numbered).keys()) {
            // Types are erased with the comments in them. What is written in two places can have its comments in both.
            const expected = byTransformer.get(number) ?? 0;
            const actual = written.get(number) ?? 0;
            const isRight = actual >= Math.min(expected, 1) && actual <= Math.max(expected, 1) + 1;
            const message = `comment ${number}: ${actual} times, by the transformer ${expected}`;
            expect(isRight, `${message}, in\n${source}\n=====\n${code}`).toBe(true);
          }
        },
      );
      fc.assert(property, parameters(1 / 6, 1));
    },
    timeout,
  );
});
