import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";

/** Which lowering a function has got: a program is a generator beside it. */
function loweringOf(source: string, lowering?: Lowering): Lowering {
  const { code, diagnostics } = compile(source, lowering === undefined ? {} : { lowering });
  expect(diagnostics).toEqual([]);
  expect(code).not.toMatch(/["']use raii/);
  return /function\*/.test(code) ? "program" : "inline";
}

const imported = 'import { raii } from "ts-raii";\n';
const other = { program: "inline", inline: "program" } as const;
/** A file that asks for a lowering, the function that does, and the function that leaves it open. */
const file = (lowering: Lowering): string => `"use raii ${lowering}";\n${imported}`;
const directive = (what: string): string => `export function open(x) { "${what}"; return raii(x); }`;
const tag = (what: string): string => `/** ${what} */\nexport function open(x) { return raii(x); }`;

describe.each(lowerings)("the %s lowering", (asked) => {
  it("is that of a function whose directive or tag asks for it, whatever the file and the option say", () => {
    for (const fn of [directive(`use raii ${asked}`), tag(`@raii ${asked}`)])
      for (const option of lowerings) {
        expect(loweringOf(imported + fn, option)).toBe(asked);
        expect(loweringOf(file(other[asked]) + fn, option)).toBe(asked);
      }
  });

  it("is that of the functions of a file that asks for it, whatever the option says", () => {
    for (const fn of [directive("use raii"), tag("@raii"), "export const open = (x) => raii(x);"])
      for (const option of lowerings) expect(loweringOf(file(asked) + fn, option)).toBe(asked);
  });

  it("is that of the directive where that and a tag disagree", () => {
    const source = `${imported}/** @raii ${other[asked]} */\n${directive(`use raii ${asked}`)}`;
    expect(loweringOf(source)).toBe(asked);
  });

  it("is that of an overloaded function whose first signature has the tag", () => {
    const source = `${imported}/** @raii ${asked} */
      export function open(x: null): null;
      export function open(x: null) { return raii(x); }`;
    for (const option of lowerings) expect(loweringOf(source, option)).toBe(asked);
  });

  it("is not that of the functions within, which say it themselves", () => {
    const source = `${imported}export function outer(x) {
      "use raii ${asked}";
      raii(x);
      return function inner(x) { "use raii ${other[asked]}"; raii(x); };
    }`;
    const { code } = compile(source);
    expect(code.match(/function\*/g)).toHaveLength(1);
    expect(code.match(/function\* ?\w*/)![0]).toContain(asked === "program" ? "outer" : "inner");
  });
});

describe("what cannot be the lowering that is asked for", () => {
  it("is compiled in the other one, which means the same", () => {
    expect(loweringOf(`${imported}export class A { constructor(x) { "use raii program"; raii(x); } }`)).toBe(
      "inline",
    );
    const evaluated = `${imported}export function f(x) { "use raii program"; raii(x); return eval("x"); }`;
    expect(loweringOf(evaluated)).toBe("inline");
  });
});

describe("a text behind the tag", () => {
  it.each([
    "@raii Copies a file.",
    "@raii\n * inline",
    "@raii inline is what it is not",
    "@raii - inline",
    "@raii online shop",
  ])("is a description: %s", (what) => {
    expect(loweringOf(imported + tag(what))).toBe("program");
  });

  it.each([
    "@raii inline",
    "@raii\tinline  ",
    "Copies.\n * @raii inline\n * @param x what",
    "@raii inline\r\n * @param x what",
  ])("asks for a lowering where it is its name alone: %j", (what) => {
    expect(loweringOf(imported + tag(what))).toBe("inline");
  });
});

it("a misspelt tag of an overload is reported once", () => {
  const source = `${imported}/** @raii inlien */
    export function open(x: null): null;
    export function open(x: null) { return raii(x); }`;
  expect(compile(source).findings.map(({ key }) => key)).toEqual(["directive-misspelt"]);
});

describe("a misspelt lowering is reported, with what it is meant to be", () => {
  it.each([
    ["use raii inlin", "use raii inline"],
    ["use raii  program", "use raii program"],
    ["use raii Inline", "use raii inline"],
    ["use raii fast", "use raii"],
  ])('"%s"', (written, meant) => {
    for (const source of [`${imported}${directive(written)}`, `"${written}";\n${imported}export {};`]) {
      const { findings } = compile(source);
      const found = findings.find(({ key }) => key === "directive-misspelt");
      expect(found?.args).toEqual([`"${written}"`, `"${meant}"`]);
    }
  });

  it.each([
    ["@raii inlnie", "@raii inline"],
    ["@raii Program", "@raii program"],
  ])("%s", (written, meant) => {
    const { findings } = compile(imported + tag(written));
    expect(findings.map(({ key, args }) => [key, ...args])).toEqual([["directive-misspelt", written, meant]]);
  });
});
