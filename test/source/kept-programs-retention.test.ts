import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { alive } from "../harness/alive.ts";
import { compile } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";

// A program that is kept holds nothing of the call in which it was made (S10).

const body = `{
  "use raii";
  raii(open());
  return WORK;
}
`;
const functions: Record<string, string> = {
  "a closure": `const f = () => ${body.replace("WORK", "data")}; return f();`,
  "a closure that does not mention it": `const use = () => data; const f = () => ${body.replace("WORK", "1")}; f(); return use();`,
  "an async closure": `const f = async () => ${body.replace("WORK", "data")}; return f();`,
  "a method": `const o = { f() ${body.replace("WORK", "data")} }; return o.f();`,
  "a method that is handed super": `const o = { data, f() ${body.replace("WORK", "super.toString() + this.data")} }; return o.f();`,
  "a method that is given it": `return shared.f(data);`,
  "a method that is given it, with super": `return shared.g(data);`,
};

describe("what a function was called with is free after its program has run", () => {
  it.each(Object.keys(functions))("%s", async (name) => {
    const source = `import { raii } from "ts-raii";
const open = () => ({ [Symbol.dispose]() {} });
const shared = {
  f(data) ${body.replace("WORK", "data")},
  g(data) ${body.replace("WORK", "super.valueOf(), data")}
};
export function main(data) { ${functions[name]} }`;
    const { code } = transform(source, "input.ts", { typescript: ts })!;
    expect(code).toMatch(/WeakRef|\?\?= function/);
    const { main } = evaluate(compile(code, { transform: false, compilerOptions: { allowJs: true } }).code);
    const refs: Record<string, WeakRef<object>> = {};
    await (async () => {
      const data = { name };
      refs["data"] = new WeakRef(data);
      await main(data);
    })();
    expect(await alive(refs)).toEqual([]);
    expect(main).toBeTypeOf("function");
  });
});
