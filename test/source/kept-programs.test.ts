import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { compile } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";

// A program that cannot stand behind its function, on the lines of it, stands in the function, and is kept there.

const body = `{
  "use raii"; const r = raii(open("r"));
  n += r.length;
  return r.name + n;
}
`;
const constant = body.replace("n += r.length;", "r.use(n);");

/** Each gives what two calls of a function give. */
const places: Record<string, string> = {
  "a method of an object": `let n = 1; const o = { f() ${body} }; return [o.f(), o.f()];`,
  "a getter of an object": `let n = 1; const o = { get f() ${body} }; return [o.f, o.f];`,
  "a method with a computed name": `let n = 1; const o = { ["f" + n++]() ${body} }; return [o.f1(), o.f1()];`,
  "an argument": `let n = 1; const twice = (f) => [f(), f()]; return twice(() => ${body});`,
  "a method of a class without a name": `let n = 1; const C = class { f() ${body} }; return [new C().f(), new C().f()];`,
  "a method that uses a private name": `let n = 1; const C = class { #p = "p"; f() ${body.replace("r.name", "this.#p")} }; return [new C().f(), new C().f()];`,
  "a static method that a static field calls": `let n = 1; const C = class { static all = [this.f(), this.f()]; static f() ${body} }; return C.all;`,
  "a method that calls super": `let n = 1; class B { g() { return "g" + this.x; } } class C extends B { x = 1; f() ${body.replace("r.name", "super.g()")} } return [new C().f(), new C().f()];`,
  "an arrow function of a derived constructor": `let n = 1; class B {} class C extends B { constructor() { const f = () => ${body.replace("r.name", "typeof this")}; super(); this.f = f; } } return [new C().f(), new C().f()];`,
  "a field": `let n = 1; class C { name = "c"; f = () => ${body.replace("r.name", "this.name")} } const c = new C(); return [c.f(), c.f()];`,
  "a closure over a constant": `const make = (n) => { const f = () => ${constant}; return f; }; return [make(1)(), make(2)()];`,
  "a declaration that is called before it": `const make = (n) => { const r = f(); function f() ${constant} return r; }; return [make(1), make(2)];`,
  "a declaration in a block, called before it": `let all = []; for (let n of [1, 2]) { all.push(f()); function f() ${body} } return all;`,
  "closures of the iterations of a loop": `const all = []; for (let n of [1, 5]) { all.push({ f() ${body} }); } return [all[0].f(), all[1].f(), all[0].f()];`,
  "closures in clauses": `let n = 1; switch (1) { case 1: const o = { f() ${body} }; return [o.f(), o.f()]; default: }`,
  "the body of an arrow function": `const make = (n) => ({ f() ${body} }); return [make(1).f(), make(2).f(), make(1).f()];`,
  recursion: `const o = { f(n) ${constant.replace("r.name + n", "n ? o.f(n - 1) + n : r.name")} }; return [o.f(2), o.f(1)];`,
  arguments: `let n = 1; const o = { f(a, { b } = { b: 2 }, ...c) ${body.replace("r.name", "a + b + c + arguments.length")} }; return [o.f(1), o.f(1, { b: 3 }, 4), o.f.length, o.f.name];`,
  "a program in a kept program": `const make = (m) => { const o = { g() {\n"use raii"; raii(open("s"));\nlet n = m; const i = { f() ${body} }; return i.f() + i.f();\n}\n}; return o.g(); }; return [make(1), make(5)];`,
  "a program in a kept program, of the function around": `const make = (m) => { let n = m; const o = { g() {\n"use raii"; raii(open("s"));\nconst i = { f() ${body} }; return i.f() + i.f();\n}\n}; return o.g(); }; return [make(1), make(5)];`,
};

const moduleOf = (text: string): string => `import { raii } from "ts-raii";
const open = (name) => ({ name, length: 1, use() {}, [Symbol.dispose]() {} });
export function main() { ${text} }`;

const run = (code: string): unknown =>
  (
    evaluate(compile(code, { transform: false, compilerOptions: { allowJs: true } }).code) as {
      main: () => unknown;
    }
  ).main();

describe("a program that is kept in its function", () => {
  it.each(Object.keys(places))("%s", (place) => {
    const source = moduleOf(places[place]!);
    const { code } = transform(source, "input.ts", { typescript: ts })!;
    const inline = transform(source, "input.ts", { typescript: ts, lowering: "inline" })!;
    expect(code).toContain("function*");
    expect(run(code)).toEqual(run(inline.code));
  });

  it.each([
    ["synchronous", "const make = (n) => { const f = () => BODY; return f; };"],
    ["asynchronous", "const make = (n) => { const f = async () => BODY; return f; };"],
  ])("is made once, however often its function is: %s", async (_, text) => {
    const source = moduleOf(`${text.replace("BODY", constant)} return [make(1)(), make(2)(), make(3)()];`);
    const { code } = transform(source, "input.ts", { typescript: ts })!;
    const counting = `${code}
const made = [];
export const count = made;
const { WeakRef } = { WeakRef: class { constructor(target) { made.push(target); } deref() { return made[0]; } } };`;
    const { main, count } = evaluate(
      compile(counting, { transform: false, compilerOptions: { allowJs: true } }).code,
    );
    expect(await Promise.all(main())).toEqual(["r1", "r2", "r3"]);
    expect(count).toHaveLength(1);
  });

  it("a function at the top of the file keeps it by itself", () => {
    const source = `import { raii } from "ts-raii";\nexport const o = { f(x) {\n"use raii";\nraii(x);\n}\n};`;
    expect(transform(source, "input.ts", { typescript: ts })!.code).toContain("program_1 ??= function*");
  });

  it("a declaration of WeakRef around the function leaves the program where it was", () => {
    const source = moduleOf(`const WeakRef = 1; const o = { f(n) ${constant} }; return [o.f(1), WeakRef];`);
    const { code } = transform(source, "input.ts", { typescript: ts })!;
    expect(code).not.toContain("new WeakRef");
    expect(run(code)).toEqual(["r1", 1]);
  });
});
