import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, type Lowering } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";

/** How each scope of a function is lowered inline, in the order in which they end in the emitted code. */
type Shape = "unrolled" | "scope";

/** The body of a function with the parameters `open`, `log`, `take` and `given`. */
const bodies: Record<string, readonly [Shape, body: string]> = {
  // What is unrolled.
  const: ["unrolled", "const a = raii(open(1)); log(a.name);"],
  let: ["unrolled", "let a = raii(open(1)); log(a.name); a = open(2);"],
  "var at the top": ["unrolled", "log(typeof a); var a = raii(open(1)); log(a.name);"],
  "nothing is named": ["unrolled", "raii(open(1)); log('held');"],
  using: ["unrolled", "using a = open(1); log(a.name); raii(open(2));"],
  "an assertion": ["unrolled", "const a = (raii(open(1)) as any)!; log(a.name);"],
  "an optional call": ["unrolled", "const a = raii?.(open(1)); log(a.name);"],
  "a pattern": ["unrolled", "const { name, parts: [first] } = raii(open(1)); log(name + first);"],
  "a pattern that fails": ["unrolled", "const { none: { name } } = raii(open(1)); log(name);"],
  "three, with statements between": [
    "unrolled",
    "const a = raii(open(1)); log(a.name); const b = raii(open(2)); if (given) return b.name; const c = raii(open(3)); log(c.name);",
  ],
  sixteen: ["unrolled", Array.from({ length: 16 }, (_, n) => `raii(open(${n}));`).join(" ")],
  "a block": ["unrolled", "{ const a = raii(open(1)); log(a.name); } log('after');"],
  "a labelled block": [
    "unrolled",
    "out: { const a = raii(open(1)); if (given) break out; log(a.name); } log('after');",
  ],
  "the body of a loop": [
    "unrolled",
    "for (const n of [1, 2, 3]) { const a = raii(open(n)); if (n === 1) continue; if (n === 2) break; log(a.name); }",
  ],
  "a try block": [
    "unrolled",
    "try { const a = raii(open(1)); take(a.name); } catch (e) { log('caught ' + e); }",
  ],
  "a function before the first acquisition": [
    "unrolled",
    "function f() { return 1; } raii(open(f())); log('held');",
  ],
  "a closure over the handle": ["unrolled", "const a = raii(open(1)); const f = () => a.name; log(f());"],
  "a name of the block before it": [
    "unrolled",
    "{ const text = 'x'; log(text); } { const a = raii(open(1)); const text = a.name; log(text); }",
  ],
  "a property by the name of what comes later": [
    "unrolled",
    "const a = raii(open(given.size)); const size = a.name; log(size);",
  ],
  "a second declaration by `var`": ["unrolled", "var n = 1; raii(open(n)); var n = 2; log(n);"],
  "an anonymous function": [
    "unrolled",
    "const f = raii(Object.assign(() => 0, { [Symbol.dispose]: () => log('- f') })); log(f.name);",
  ],

  // What is not, as it would be seen.
  seventeen: ["scope", Array.from({ length: 17 }, (_, n) => `raii(open(${n}));`).join(" ")],
  "in an expression": ["scope", "log(raii(open(1)).name);"],
  "in a condition": ["scope", "const a = given && raii(open(1)); log('held');"],
  "two in one statement": ["scope", "const a = raii(open(1)), b = raii(open(2)); log(a.name + b.name);"],
  "one in the other": ["scope", "const a = raii(open(raii(open(1)).name)); log(a.name);"],
  "one that is plain and one that is not": ["scope", "const a = raii(open(1)); log(raii(open(2)).name);"],
  "`var` in a block": ["scope", "for (const n of [1, 2]) { var a = raii(open(n)); } log('held');"],
  "the head of a loop": ["scope", "for (let a = raii(open(1)), n = 0; n < 2; n++) log(a.name);"],
  "a body without braces": ["scope", "for (const n of [1, 2]) raii(open(n));"],
  "`using` in the head of a loop": ["scope", "for (using a of [open(1)]) log(a.name); log(raii(null));"],
  "a clause of a switch": ["scope", "switch (1) { case 1: const a = raii(open(1)); log(a.name); }"],
  "a labelled statement": ["scope", "out: raii(open(1)); log('held');"],
  "a function after it": ["scope", "log(f()); raii(open(1)); function f() { return 1; }"],
  "a name declared after it": ["scope", "const f = () => later; raii(open(1)); const later = 1; log(f());"],
  "a name that is dead there": [
    "scope",
    "raii(open((() => { try { return later; } catch { return 1; } })())); const later = 2; log(later);",
  ],
  "a class declared after it": [
    "scope",
    "const f = () => new Later(); raii(open(1)); class Later {} log(typeof f());",
  ],
  "an enum declared before and after it": [
    "scope",
    "enum E { A } raii(open(1)); enum E { B = 1 } log(E.A + E.B);",
  ],
  "a pattern that names itself": ["scope", "const { name } = raii(open(typeof (() => name))); log(name);"],
  "a pattern with a default": ["scope", "const { none = 1 } = raii(open(1)); log(none);"],
  "a pattern with a computed name": ["scope", "const { [given]: a } = raii(open(1)); log(a);"],
  move: ["scope", "const a = raii(open(1)); log(a.name); const b = move(a); raii(b);"],
};

/** Whole modules. */
const modules: Record<string, readonly [Shape, text: string]> = {
  "a method": ["unrolled", 'class A { m(open, log) { "use raii"; const a = raii(open(1)); log(a.name); } }'],
  "a constructor": [
    "unrolled",
    'class A extends B { x = 1; constructor(open) { "use raii"; raii(open(1)); super(); } }',
  ],
  "an async function": ["unrolled", 'async function f(open) { "use raii"; raii(open(1)); await null; }'],
  "an async function that awaits it": [
    "unrolled",
    'async function f(open) { "use raii"; await raii(open(1)); const a = (await (raii(open(1)))) as any; raii(open(2)); }',
  ],
  "an async function with await using": [
    "unrolled",
    'async function f(open) { "use raii"; await using a = open(1); { const { b } = await raii(open(1)); } }',
  ],
  "an async generator that awaits it": [
    "scope",
    'async function* f(open) { "use raii"; await raii(open(1)); yield 1; }',
  ],
  "an async function that acquires in an expression": [
    "scope",
    'async function f(open) { "use raii"; const n = (await raii(open(1))).name; }',
  ],
  "an arrow function without a block": ["scope", "const f = (open) => /** @raii */ () => raii(open(1));"],
  "a generator": ["unrolled", 'function* f(open) { "use raii"; raii(open(1)); yield 1; }'],
  eval: ["scope", 'function f(open) { "use raii"; raii(open(1)); eval("1"); }'],
  "an import that is called Symbol": [
    "scope",
    'import { Symbol } from "ts-morph"; function f(open) { "use raii"; raii(open(1)); }',
  ],
  "a parameter that is called Symbol": ["scope", 'function f(open, Symbol) { "use raii"; raii(open(1)); }'],
  "an import that is called Object": [
    "scope",
    'import { Object } from "ts-morph"; function f(open) { "use raii"; raii(open(1)); }',
  ],
  "JSX whose factory is declared after it": [
    "scope",
    'function f(open) { "use raii"; const v = () => <a />; raii(open(1)); const React = 1; return v; }',
  ],
};

function shapeOf(code: string): Shape | "both" {
  const isUnrolled = /instanceof Object\)/.test(code);
  const hasScope = /\.scope\(\)|const scope_\d+ = new raii_1\.AsyncScope/.test(code);
  return isUnrolled && hasScope ? "both" : isUnrolled ? "unrolled" : "scope";
}

function compileBody(body: string, lowering: Lowering): string {
  const source = `import { move, raii } from "ts-raii";
export function test(open: any, log: any, take: any, given: any): any { "use raii"; ${body}
}`;
  const { code, diagnostics } = compile(source, { lowering });
  expect(diagnostics).toEqual([]);
  return code;
}

/** What a body does: with a resource that is released well, and with one that fails; when the function goes on, and when not. */
function traceOf(code: string): string[] {
  const trace: string[] = [];
  const log = (text: unknown): void => void trace.push(String(text));
  for (const failing of [undefined, "release", "take"]) {
    for (const given of [false, { size: 1 }]) {
      log(`${failing} ${Boolean(given)}`);
      const open = (name: unknown) => ({
        name: `handle ${String(name)}`,
        parts: ["part"],
        [Symbol.dispose](...args: unknown[]) {
          log(`- ${String(name)} ${args.length}`);
          if (failing === "release") throw new Error(`release ${String(name)}`);
        },
      });
      const take = (): void => {
        if (failing === "take") throw new Error("taken");
      };
      try {
        log(`returned ${evaluate(code).test(open, log, take, given)}`);
      } catch (error) {
        log(`threw ${(error as Error).message}`);
      }
    }
  }
  return trace;
}

// Each notes how often it is read, and is acquired by a function that is unrolled and by a program.
const read = {
  "a Disposable": "({ get [Symbol.dispose]() { log('dispose'); return () => log('released'); } })",
  "a Resource": `({ get [Symbol.for("ts-raii.acquire")]() { log("acquire"); return () => ({ handle: 1, release() { log("released"); } }); } })`,
  both: `({ get [Symbol.for("ts-raii.acquire")]() { log("acquire"); return () => ({ handle: 1, release() { log("released"); } }); }, [Symbol.dispose]() { log("disposed"); } })`,
  "a Disposable whose acquire is no method": `({ [Symbol.for("ts-raii.acquire")]: undefined, [Symbol.dispose]() { log("released"); } })`,
  "what has no prototype":
    "({ __proto__: null, get [Symbol.dispose]() { log('dispose'); return () => log('released'); } })",
  "what is of another realm": `new (await import("node:vm")).Script("({ get [Symbol.dispose]() { return () => 1; } })").runInNewContext()`,
  "a dispose method that is false": "({ get [Symbol.dispose]() { return false; } })",
  "a primitive whose prototype has a method":
    "(Object.defineProperty(Number.prototype, Symbol.dispose, { configurable: true, value() {} }), 5)",
  undefined: "undefined",
};

describe("what an unrolled scope reads, and what it takes", () => {
  it.each(Object.entries(read))("%s", async (_, value) => {
    const run = async (lowering: Lowering): Promise<string[]> => {
      const source = `import { raii } from "ts-raii";
export async function test(log: any): Promise<any> { const value: any = ${value}; return take(value, log); }
function take(value: any, log: any): any { "use raii"; const r = raii(value); log(typeof r); return r === value; }`;
      const { code, diagnostics } = compile(source, { lowering });
      expect(diagnostics).toEqual([]);
      const trace: string[] = [];
      try {
        trace.push(`returned ${await evaluate(code).test((text: string) => trace.push(text))}`);
      } catch (error) {
        trace.push(String(error));
      } finally {
        Reflect.deleteProperty(Number.prototype, Symbol.dispose);
      }
      return trace;
    };
    expect(await run("inline")).toEqual(await run("program"));
  });
});

describe("which scopes are unrolled", () => {
  it.each(Object.entries(bodies))("%s", (_, [shape, body]) => {
    const code = compileBody(body, "inline");
    expect(shapeOf(code), code).toBe(shape);
    const trace = traceOf(code);
    expect(trace).toEqual(traceOf(compileBody(body, "program")));
    expect(trace.some((line) => line.startsWith("- "))).toBe(true);
  });

  it.each(Object.entries(modules))("%s", (_, [shape, text]) => {
    const { code, diagnostics } = compile(`import { raii } from "ts-raii";\n${text}`, {
      lowering: "inline",
      fileName: "file.tsx",
      compilerOptions: { module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.React },
    });
    expect(diagnostics).toEqual([]);
    expect(shapeOf(code), code).toBe(shape);
  });

  it("decides for each block", () => {
    const code = compileBody(
      "const a = raii(open(1)); { log(raii(open(2)).name); } { raii(open(3)); }",
      "inline",
    );
    expect(shapeOf(code)).toBe("both");
    expect(code.match(/\.\s*hold\(/g)).toHaveLength(2);
  });

  it("is not done for ES5", async () => {
    const { default: compiler } = await import("typescript-5");
    const source = 'import { raii } from "ts-raii"; function f(open: any) { "use raii"; raii(open(1)); }';
    const { code } = compile(source, {
      lowering: "inline",
      compiler: compiler as unknown as typeof ts,
      compilerOptions: { target: ts.ScriptTarget.ES5 },
    });
    expect(shapeOf(code)).toBe("scope");
  });
});
