import { describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { findMisprint } from "../harness/meant-tree.ts";
import { sample } from "../harness/sample.ts";

// TypeScript erases assertions and the parentheses around them, and leaves their comments. A line break in that ends
// a `return` or `yield` before it.
const operands = [
  "<any>GAP a",
  "<any>GAP a.b",
  "(<any>GAP a).b",
  "(<any>GAP a)[0]()",
  "<any>GAP a + 1",
  "(<any>GAP a) ? 1 : 2",
  "(<any>GAP a)`text`",
  "<any><unknown>GAP a",
  "(<any>GAP a) as any",
  "(<any>GAP a)!",
  "GAP a as any",
  "GAP a!",
  "GAP a satisfies any",
  "GAP a as any as never",
  "(GAP a as any)",
  "GAP (a as any)",
  "GAP (<any>a)",
  "GAP (GAP a as any)!",
  "GAP (GAP a as any).b",
  "GAP <any>GAP a",
  "GAP (a as any).b",
  "GAP (a!)()",
];
const gaps = ["", "/* one line */", "/* two\nlines */", "// to the end\n", "\n/* of its own */\n"];
const places = [
  "raii(OPERAND);",
  "const x = raii(OPERAND).y;",
  "const x = raii(OPERAND) ?? a;",
  "raii(raii(OPERAND));",
  "const x = await raii(OPERAND);",
  "{ const x = raii(OPERAND); }",
  "using x = OPERAND;",
  "await using x = OPERAND;",
  "const f = /** @raii */ () => [raii(a), OPERAND];",
  "const f = /** @raii */ () => OPERAND, g = raii(a);",
  "const f = /** @raii */ () => <any>GAP raii(OPERAND);",
  'const f = (name) => <any>GAP (() => { "use raii"; raii(a); return [name++, OPERAND]; });',
];

describe.each(lowerings)("a comment beside an assertion that is erased, %s lowering", (lowering) => {
  it.each(places)("%s", (place) => {
    for (const [index, operand] of operands.entries()) {
      for (const gap of sample(gaps, gaps.length, index % gaps.length)) {
        const statement = place.replaceAll("OPERAND", operand).replaceAll("GAP", gap);
        const source = `import { raii } from "ts-raii";\nasync function test(a) {\n"use raii";\nraii(a);\n${statement}\n}\n`;
        expect(findMisprint(source, { lowering }), source).toBeUndefined();
      }
    }
  });
});
