import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, compilers } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

/** Of a function that changes `n`, so that its program stays as near as it can. */
const body = `{ "use raii"; const r = raii(open("r")); n += r.length; return r.name + n; }`;
const places: Record<string, string> = {
  "a function declaration": `let n = 1; function f() ${body} return f();`,
  "behind a return": `let n = 1; return f(); function f() ${body}`,
  "a function expression": `let n = 1; const f = function () ${body}; return f();`,
  "the body of an arrow": `const f = (n) => () => ${body}; return f(1)();`,
  "a case clause": `switch (1) { case 0: return "no"; case 1: let n = 1; const f = () => ${body}; return f(); default: return "no"; }`,
  "the default clause": `switch (1) { default: let n = 1; return f(); function f() ${body} }`,
  "a block": `{ let n = 1; const f = () => ${body}; return f(); }`,
  "an if without braces": `let n = 1; if (n) return (() => ${body})();`,
  "a loop without braces": `for (let n = 1; n < 2;) last = (() => ${body})(); return last;`,
  "a loop over values without braces": `for (let n of [1]) last = (() => ${body})(); return last;`,
  "a loop whose functions outlive it": `const all = []; for (let n of [1, 5]) { all.push(() => ${body}); } return all[0]();`,
  "a labelled statement": `let n = 1; a: b: for (;;) { const f = () => ${body}; last = f(); break a; } return last;`,
  "a labelled block": `let n = 1; a: { const f = () => ${body}; if (n) break a; } return (() => ${body})();`,
  "a method of an object": `let n = 1; return { f() ${body} }.f();`,
  "a getter of an object": `let n = 1; return { get f() ${body} }.f;`,
  "a method of a class": `let n = 1; class A { f() ${body} } return new A().f();`,
  "a catch clause": `try { throw 1; } catch (n) { const f = () => ${body}; return f(); }`,
  "a finally block": `let n = 1; try { n = 1; } finally { const f = () => ${body}; last = f(); } return last;`,
  "a program in a program": `let n = 1; function g() { "use raii"; raii(open("s")); const f = () => ${body}; return f(); } return g();`,
};

const { ES2015, ES2022 } = ts.ScriptTarget;
const targets = [
  ["ES2022, TypeScript 6", ES2022, ts],
  ["ES2015, TypeScript 6", ES2015, ts],
  ["ES2015, TypeScript 5.9", ES2015, compilers["TypeScript 5.9"]],
] as const;

describe.each(targets)("where a program stands, %s", (_, target, compiler) => {
  it.each(Object.keys(places))("%s", (place) => {
    const source = `import { raii } from "ts-raii";
      const open = (name) => ({ name, length: 1, [Symbol.dispose]() {} });
      export function main() { var last; ${places[place]} }`;
    const { code, diagnostics } = compile(source, { compiler, compilerOptions: { target } });
    expect(diagnostics).toEqual([]);
    // After what calls it: what measures coverage lets the later win.
    const uses = [...code.matchAll(/(function\*? )?\b(\w+_program(?:_\d+)?)\(/g)];
    for (const name of new Set(uses.map(([, , name]) => name))) {
      const [call, declaration] = uses.filter(([, , each]) => each === name);
      expect([call![1], declaration![1]?.trim()]).toEqual([undefined, expect.stringMatching(/^function/)]);
    }
    for (const text of [code, code.replace('"use strict";', "")])
      expect((evaluate(text) as { main: () => string }).main()).toMatch(/^r[23]$/);
  });
});

describe.each(targets)("a default export has its program behind it, %s", (_, target, compiler) => {
  it.each([
    "export default function () BODY",
    "export default () => BODY",
    "export default class { static f() BODY }",
  ])("%s", (text) => {
    const source = `import { raii } from "ts-raii";
        let n = 1;
        const open = (name) => ({ name, length: 1, [Symbol.dispose]() {} });
        ${text.replace("BODY", body)}`;
    const { code } = compile(source, { compiler, compilerOptions: { target } });
    const exported = evaluate(code).default;
    expect((exported.f ?? exported)()).toBe("r2");
    expect(code.search(/_program\(\)\)/)).toBeLessThan(code.search(/function\*? \w+_program/));
  });
});
