import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findMarkers } from "../../transformer/1-analyze/find-markers.ts";
import { findNotable } from "../../transformer/1-analyze/find-notable.ts";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";

/** Which statements of a text may say something about resources. */
function notableOf(text: string): boolean[] {
  const sourceFile = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ESNext);
  const markers = findMarkers(ts, sourceFile, "ts-raii");
  return sourceFile.statements.map(findNotable(ts, sourceFile, markers, "ts-raii"));
}

describe("what may say something about resources", () => {
  it.each([
    ["a marker", `import { raii } from "ts-raii";\nf();\nraii(f());\n`, [true, false, true]],
    ["another name for one", `import { raii as $r } from "ts-raii";\n$ra();\n$r(f());`, [true, false, true]],
    ["a namespace", `import * as R from "ts-raii";\nRR.raii();\n`, [true, false]],
    ["using", `f();\nusing a = f();`, [false, true]],
    ["a tag", `/* @ra */ f();\n/** @raii */\nfunction g() {}`, [false, true]],
    ["the module", `f("ts");\nrequire("ts-raii");`, [false, true]],
    ["a directive with an escape", `f("no");\n"\\x75se raii";`, [false, true]],
    ["anything, with an escape in a name", `f();\nr\\u0061ii();`, [true, true]],
  ])("%s", (_, text, expected) => expect(notableOf(text)).toEqual(expected));

  it("a directive of ours, two edits away from what it should be", () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.boolean(),
      added: fc.constantFrom("", "a", "R", " ", "-", "'", '"'),
    });
    interface Edit {
      readonly at: number;
      readonly removed: boolean;
      readonly added: string;
    }
    const apply = (text: string, { at, removed, added }: Edit): string => {
      const index = Math.round(at * text.length);
      return text.slice(0, index) + added + text.slice(index + (removed ? 1 : 0));
    };
    fc.assert(
      fc.property(
        fc.constantFrom("use raii", "use raii program", "use raii inline", "USE RAII"),
        fc.array(edit, { maxLength: 2 }),
        fc.constantFrom('"', "'", "`"),
        (directive, edits, quote) => {
          const text = edits.reduce(apply, directive).replaceAll(quote, "x");
          expect(notableOf(`f();\n${quote}${text}${quote};`)).toEqual([false, true]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("an implementation whose overload has the tag is looked at", () => {
    const text = `import { raii } from "ts-raii";
/** @raii */
function f(a: number): void;
function f(a: string): void;
function f(a: unknown): void { log(a); }
function g(a: unknown): void { log(a); }
`;
    const sourceFile = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ESNext, true);
    const options = parseOptions({}, () => expect.unreachable());
    const { analysis } = analyzeFile({ tsInstance: ts, sourceFile, options });
    const found = analysis!.model.functions.map(({ name, isAnnotated }) => [name, isAnnotated]);
    expect(found).toEqual([["f", true]]);
  });
});
