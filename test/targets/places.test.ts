import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { compareByHand, type Target, targets } from "./compare-by-hand.ts";

/** What each KEY becomes: a name, once it is acquired or awaited. */
const keys = {
  raii: (name: string) => `raii(open("${name}")).name`,
  "await raii": (name: string) => `(await raii(openAsync("${name}"))).name`,
  await: (name: string) => `await later("${name}")`,
} as const;

/** Statements that TypeScript rewrites for some target, around a KEY. */
const statements = {
  spread: "log([...[KEY], ...(KEY)].join(), Math.max(...[1, 2], (KEY).length), new Array(...[KEY]).join());",
  "objects with spreads":
    'log(Object.keys({ a: KEY, ...{ b: KEY }, [KEY]: 1, ["m"]() { return KEY0; } }).join());',
  patterns: "const { a = KEY, ...others } = { b: KEY } as any; log(a, Object.keys(others).join());",
  "patterns of arrays":
    "let x; [x = KEY] = [] as any; const [y = KEY, ...z] = [undefined, KEY] as any; log(x, y, z.join());",
  exponents: "let n = 2; n **= (KEY).length; log(n ** (KEY).length);",
  nullish: "log(KEY ?? KEY, (null as any) ?? KEY, (KEY) || KEY, KEY && KEY);",
  "logical assignments":
    "const o: any = { c: 0 }; o.a ??= KEY; o.a ||= KEY; o.a &&= KEY; o[KEY] ??= KEY; log(Object.keys(o).join());",
  "optional chains":
    "const c: any = { f: (v: string) => v, g: { h: (v: string) => v } }; log(c?.f(KEY), c.g?.h?.(KEY), c.no?.[KEY], c.no?.(KEY), (c?.[KEY] ?? 1));",
  templates:
    "log(`${KEY} and ${KEY}`, String.raw`x${KEY}y`, ((parts: any, ...values: any[]) => parts.raw.join() + values.join())`a${KEY}b`);",
  "closures in loops":
    "const fs: any[] = []; for (let i = 0; i < 2; i++) { var k = KEY; if (i > 5) break; fs.push(() => i + k); } log(fs.map((f) => f()).join());",
  "a switch": 'switch (KEY) { case "never": break; default: log("other"); }',
  "a class":
    "class Own { static s = 1; #p = 2; p() { return this.#p; } static { log(`block`); } } log(KEY, new Own().p());",
  "a derived class":
    "const C = class extends (void (KEY), Object as any) { constructor(readonly q: unknown) { super(); } }; log((new C(KEY) as any).q);",
} as const;

/** Not in async functions: there `await` is a name in an enum, and no expression. */
const enums = {
  enum: "enum Level { Low = (KEY).length, High } log(Level.Low, Level.High, Level[Level.High]);",
  "enum that is told what is acquired":
    "var told = KEY; enum Told { Key = told.length, Other = Key + (KEY).length } log(Told.Other);",
} as const;

const onMembers =
  "log(this.#p, (this.#p += (KEY).length), this.#p++, super.base(KEY), super[(KEY, `base`)](KEY), (() => super.base(KEY0))(), (() => this.#p)());";

/** Where the function stands. */
const hosts = {
  function: { members: "", place: undefined },
  method: {
    members: onMembers,
    place: (fn: (head: string) => string) => `
      class Base { base(value: unknown) { return value; } }
      class Host extends Base { #p = 1; constructor(readonly given: string) { super(); } ${fn("run")} }
      export default function main(tools: any) { return new Host("given").run(tools); }`,
  },
  constructor: {
    members: "log(typeof this.#p, this.given);",
    place: (fn: (head: string) => string) => `
      class Host { #p = 1; given = "given"; ${fn("constructor")} }
      export default function main(tools: any) { new Host(tools); }`,
  },
} as const;

const cases = (Object.keys(targets) as Target[]).flatMap((target) =>
  (Object.keys(keys) as (keyof typeof keys)[]).flatMap((key) =>
    (Object.keys(hosts) as (keyof typeof hosts)[])
      .filter((host) => key === "raii" || host !== "constructor")
      .map((host) => ({ target, key, host })),
  ),
);

describe("what TypeScript rewrites in an annotated function", () => {
  it.each(cases)("does what it does by hand: $target, $key, $host", async ({ target, key, host }) => {
    const isAsync = key !== "raii";
    const { members, place } = hosts[host];
    const table = { ...statements, ...(isAsync ? {} : enums), members };
    let count = 0;
    const named = (text: string): string =>
      text.replaceAll("KEY0", '"inner"').replaceAll("KEY", () => keys[key](`k${count++}`));
    // No block around each: it would be a scope of its own, and by hand there is one for all.
    const body = ['const r = raii(open("r"));', ...Object.values(table).map(named)].join("\n");
    const outcomes = await compareByHand({ body, isAsync, target, ...(place && { place }) });
    for (const lowering of lowerings) expect(outcomes[lowering], lowering).toEqual({ kind: "the same" });
  });

  it.each([ts.ModuleKind.AMD, ts.ModuleKind.UMD, ts.ModuleKind.System, ts.ModuleKind.CommonJS])(
    "parses, with what import() is given: module %s",
    (module) => {
      const source = `import { raii } from "ts-raii";
        export function load(open: any) { "use raii"; return import(raii(open("x")).name); }`;
      for (const lowering of lowerings) {
        const { code } = compile(source, { lowering, compilerOptions: { module } });
        expect(() => new Function("define", "System", "exports", "require", code)).not.toThrow();
      }
    },
  );
});
