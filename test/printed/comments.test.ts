import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";

const places = {
  "before what is acquired": "const x = raii(/*1*/ open());",
  "on a line before it": "const x = raii(\n/*1*/\nopen());",
  "on the line of the call": "const x = raii( //1\nopen());",
  "after what is acquired": "const x = raii(open() /*1*/);",
  "before what is acquired asynchronously": "const x = await raii(/*1*/ open());",
  "after what is acquired asynchronously": "const x = await raii(open() /*1*/);",
  "before a call": "const x = /*1*/ raii(open());",
  "after a call": "raii(open()) /*1*/;",
  "before what is awaited": "const x = await f(/*1*/ open());",
  "before `using`": "/*1*/ using x = open();",
  "in a `using`": "using x = /*1*/ open();",
  "on a line in a `using`": "using x =\n// 1\nopen();",
  "after a `using`": "using x = open() /*1*/;",
  "before the iterable of a `for await`": "for await (const x of /*1*/ all()) log(x);",
  "after the iterable of a `for await`": "for await (const x of all() /*1*/) log(x);",
  "before the iterable of a `for`": "for (using x of /*1*/ all()) log(x);",
  "after a name in the head of a `for`": "for (using x /*1*/ of all()) log(x);",
  "after the body of an arrow": "const f = /** @raii */ () => raii(open()) /*1*/;",
  "before the body of an arrow": "const f = /** @raii */ () =>\n// 1\nraii(open());",
  "before a directive": '/*1*/ "use raii";',
  "after a directive": '"use raii"; /*1*/',
};

/** The comments of a file, or of a function's body, are numbered in the order in which they are to stay. */
const directives = {
  "detached, before the directive of a file": '// 1\n\n// 2\n"use raii"; // 3\n// 4\nconst x = 1;',
  "detached block, before the directive of a file": '/* 1\n */\n\n\n"use raii"; const x = 1;',
  "before an interface": '/* 1 */ "use raii";\ninterface A {}\nconst x = 1;',
  "before an import of types":
    '/*! 1 */\n"use raii"; // 2\nimport type { A } from "./a.js";\nexport const x = 1;',
  "before an import that is not used":
    '/* 1 */\n"use raii";\nimport { A } from "./a.js";\nexport const x = 1;',
  "before another directive": '/* 1 */ "use raii"; /* 2 */\n"use strict";\n/* 3 */\nexport const x = 1;',
  "on the line of the statement": '/* 1 */ "use raii"; /* 2 */ export const x = 1; // 3',
  "two directives": '// 1\n"use raii"; // 2\n// 3\n"use raii"; // 4\nexport const x = 1;',
};

describe.each(lowerings)("the comments of a directive stay in order, %s lowering", (lowering) => {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext };
  const numbers = (text: string): readonly string[] =>
    [...text.matchAll(/(?:\/\*!?|\/\/) ?(\d)/g)].map(([, number]) => number!);

  it.each(Object.entries(directives))("%s", (_, text) => {
    const start = 'import { raii } from "ts-raii";\n';
    const own = "function test() {\nraii(null);\n}\n";
    const places = [
      `${text}\n${start}${own}`,
      `${start}export function test() {\n${text.replaceAll("export ", "").replaceAll(/import.*/g, "")}\nraii(null);\n}\n`,
    ];
    for (const source of places) {
      const { code } = compile(source, { lowering, compilerOptions });
      const { code: plain } = compile(source, { transform: false, compilerOptions });
      expect(numbers(code), code).toEqual(numbers(source));
      // The other directives are still ones.
      expect(code.includes('"use strict"')).toBe(plain.includes('"use strict"'));
    }
  });
});

describe.each(lowerings)("a comment is printed once, %s lowering", (lowering) => {
  it.each(Object.entries(places))("%s", (_, statement) => {
    const own = /"use raii"/.test(statement) ? statement : `"use raii";\n${statement}`;
    const source = `import { raii } from "ts-raii";\nasync function test() {\n${own}\nraii(null);\n}\n`;
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext };
    const { code } = compile(source, { lowering, compilerOptions });
    expect([...code.matchAll(/(?:\/\*|\/\/) ?1/g)].length, code).toBe(1);
  });
});

it("what a bundler may drop is still marked so", () => {
  const source = `import { raii } from "ts-raii";
export async function test() {
  "use raii";
  raii(/*#__PURE__*/ new Cache());
  raii(/* @__PURE__ */ create());
  await raii(/*#__PURE__*/ connect());
}
`;
  for (const lowering of lowerings) {
    const { code } = compile(source, { lowering, compilerOptions: { module: ts.ModuleKind.ESNext } });
    for (const marked of ["/*#__PURE__*/ new Cache()", "/* @__PURE__ */ create()", "/*#__PURE__*/ connect()"])
      expect(code).toContain(marked);
  }
});
