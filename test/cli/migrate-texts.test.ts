import { describe, expect, it } from "vitest";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { execFixtures, readFixture } from "../harness/exec-fixtures.ts";
import { migrateText } from "../harness/migrate-text.ts";
import { observeFixture } from "../harness/observe-fixture.ts";
import { sample } from "../harness/sample.ts";

const forward = (source: string) => migrateText(source, "forward");
const back = (source: string) => migrateText(source, "back");

/** A module around the body of a function that has something to open. */
const inModule = (
  body: string,
  before = "",
  after = "",
): string => `${before}declare const open: () => Disposable;
declare const openAsync: () => AsyncDisposable;
export async function main(xs: Disposable[]) {${body}}
${after}`;
const imported = 'import { raii } from "ts-raii";\n';

describe("from using to raii", () => {
  it.each([
    ["a declaration", "\n  using x = open();\n", '\n  "use raii";\n  const x = raii(open());\n'],
    [
      "an awaited one",
      "\n  await using x = openAsync();\n",
      '\n  "use raii";\n  const x = await raii(openAsync());\n',
    ],
    [
      "several of one list",
      "\n  using x = open(), y = open();\n",
      '\n  "use raii";\n  const x = raii(open()), y = raii(open());\n',
    ],
    [
      "a type",
      "\n  using x: Disposable | null = null;\n",
      '\n  "use raii";\n  const x: Disposable | null = raii(null);\n',
    ],
    ["on one line", " using x = open(); ", ' "use raii"; const x = raii(open()); '],
    [
      "comments and odd spaces",
      "\n  // first\n  using x   = /* why */ open(/* what */) /* after */; // last\n",
      '\n  "use raii";\n  // first\n  const x   = /* why */ raii(open(/* what */)) /* after */; // last\n',
    ],
    [
      "comments on the line of the brace, of a function and of a loop",
      " // the body\n  // first\n  using x = open();\n  for (using y of xs) { /* each */\n    void y;\n  }\n",
      ' // the body\n  "use raii";\n  // first\n  const x = raii(open());\n  for (const y of xs) { /* each */\n    raii(y);\n    void y;\n  }\n',
    ],
    [
      "the head of a for",
      "\n  for (using x = open(); ; ) break;\n",
      '\n  "use raii";\n  for (const x = raii(open()); ; ) break;\n',
    ],
    [
      "the head of a for in a clause of a switch",
      "\n  switch (1) { default: for (using x = open(); ; ) break; }\n",
      '\n  "use raii";\n  switch (1) { default: for (const x = raii(open()); ; ) break; }\n',
    ],
    [
      "each of a loop",
      "\n  for (using x of xs) {\n    void x;\n  }\n",
      '\n  "use raii";\n  for (const x of xs) {\n    raii(x);\n    void x;\n  }\n',
    ],
    [
      "each of a loop, awaited",
      "\n  for await (await using x of xs) { void x; }\n",
      '\n  "use raii";\n  for await (const x of xs) { await raii(x); void x; }\n',
    ],
    [
      "a loop whose body declares the name",
      "\n  for (using x of xs) {\n    const x = 1;\n  }\n",
      '\n  "use raii";\n  for (const x of xs) { raii(x); {\n    const x = 1;\n  } }\n',
    ],
    ["an empty loop", "\n  for (using x of xs) {}\n", '\n  "use raii";\n  for (const x of xs) { raii(x);}\n'],
    [
      "functions of every kind, each annotated for itself",
      `
  const arrow = async () => {
    await using x = openAsync();
  };
  function* generator() {
    using x = open();
    yield x;
  }
  class C {
    constructor() {
      using x = open();
    }
    get member() {
      using x = open();
      return 1;
    }
  }
`,
      `
  const arrow = async () => {
    "use raii";
    const x = await raii(openAsync());
  };
  function* generator() {
    "use raii";
    const x = raii(open());
    yield x;
  }
  class C {
    constructor() {
      "use raii";
      const x = raii(open());
    }
    get member() {
      "use raii";
      const x = raii(open());
      return 1;
    }
  }
`,
    ],
    [
      "in the initializer of another",
      "\n  using x = ((f: () => Disposable) => f())(() => { using y = open(); return y; });\n",
      '\n  "use raii";\n  const x = raii(((f: () => Disposable) => f())(() => { "use raii"; const y = raii(open()); return y; }));\n',
    ],
  ])("%s, and back to the same text", (_, using, raii) => {
    const rewritten = inModule(raii, imported);
    expect(forward(inModule(using))).toMatchObject({ text: rewritten, left: [] });
    expect(back(rewritten)).toMatchObject({ text: inModule(using), left: [] });
  });

  it("an unbraced body of a loop gets braces, which stay", () => {
    const rewritten = inModule('\n  "use raii";\n  for (const x of xs) { raii(x); void x; }\n', imported);
    expect(forward(inModule("\n  for (using x of xs) void x;\n")).text).toBe(rewritten);
    expect(back(rewritten).text).toBe(inModule("\n  for (using x of xs) { void x; }\n"));
  });

  it.each([
    ["by its own name", 'import { raii } from "ts-raii";', 'import { raii } from "ts-raii";', "raii"],
    ["beside others", 'import { move } from "ts-raii";', 'import { move, raii } from "ts-raii";', "raii"],
    [
      "under another name",
      'import { raii as own } from "ts-raii";',
      'import { raii as own } from "ts-raii";',
      "own",
    ],
    ["through its module", 'import * as r from "ts-raii";', 'import * as r from "ts-raii";', "r.raii"],
    [
      "for its type only",
      'import type { raii } from "ts-raii";',
      'import { raii as raii_1 } from "ts-raii";\nimport type { raii } from "ts-raii";',
      "raii_1",
    ],
    [
      "not at all, where another is called so",
      "const raii = 1;",
      'import { raii as raii_1 } from "ts-raii";\nconst raii = 1;',
      "raii_1",
    ],
    [
      "not at all, where the global one is meant",
      "void raii;",
      'import { raii as raii_1 } from "ts-raii";\nvoid raii;',
      "raii_1",
    ],
    [
      "from another package",
      'import { raii } from "other";',
      'import { raii as raii_1 } from "ts-raii";\nimport { raii } from "other";',
      "raii_1",
    ],
  ])("a file that imports it %s", (_, before, after, marker) => {
    const { text, left } = forward(inModule(" using x = open(); ", `${before}\n`));
    expect(left).toEqual([]);
    expect(text).toBe(inModule(` "use raii"; const x = ${marker}(open()); `, `${after}\n`));
  });

  it("takes a name of its own where the block has another thing by that name", () => {
    const source = inModule("\n  const raii = 1, raii_1 = 2;\n  using x = open();\n", imported);
    const { text } = forward(source);
    expect(text).toContain('import { raii, raii as raii_2 } from "ts-raii";');
    expect(text).toContain("const x = raii_2(open());");
    expect(back(text).text).toBe(source);
  });

  it("leaves an annotation that is there: of the file, the function or by a tag", () => {
    for (const [before, at] of [
      ['"use raii";\n', "\n"],
      ["", '\n  "use raii inline";\n'],
    ] as const) {
      const { text } = forward(inModule(`${at}  using x = open();\n`, before));
      expect(text.match(/use raii/g)).toHaveLength(1);
    }
    const tagged = "export {};\n/** @raii */\nfunction f(y: Disposable) {\n  using x = y;\n}\n";
    expect(forward(tagged).text).not.toContain("use raii");
  });

  it("keeps CRLF", () => {
    const source = inModule("\n  using x = open();\n").replaceAll("\n", "\r\n");
    const { text } = forward(source);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(back(text).text).toBe(source);
  });

  it.each([
    [
      "top level",
      "export {};\nusing x = { [Symbol.dispose]() {} };",
      "2: It stands at the top level, and raii() needs a function",
    ],
    [
      "a static block",
      "export class C { static { using x = null; } }",
      "1: It stands outside of any function",
    ],
    [
      "an anonymous function",
      inModule("using x = () => {};"),
      '3: The function or class gets its name from "x"',
    ],
    [
      "an anonymous class",
      inModule("using x = (class { static [Symbol.dispose]() {} } as any);"),
      '3: The function or class gets its name from "x"',
    ],
    ["a script", "function f() { using x = null; }", "1: The file is not a module"],
    [
      "a comment in the keyword",
      inModule("await /* a */ using x = openAsync();"),
      "3: A comment stands between",
    ],
  ])("leaves %s, with the reason", (_, source, why) => {
    const { text, left } = forward(source);
    expect(text).toBe(source);
    expect(left).toEqual([expect.stringContaining(why)]);
  });
});

describe("from raii to using", () => {
  it("rewrites what the function holds, where its block is that of the function", () => {
    const { text, left } = back(body("const x = raii.function(open());"));
    expect(left).toEqual([]);
    expect(text).toContain("using x = open();");
    expect(text).not.toContain("raii");
  });

  const body = (text: string, before = ""): string =>
    inModule(`\n  "use raii";\n  ${text}\n`, `${imported}${before}`);

  it.each([
    ["in an expression", "void raii(open()).valueOf();", "is not an expression"],
    ["without a name", "raii(open());", "It has no name"],
    ["a var", "var x = raii(open());", 'declared by "var"'],
    ["a let", "let x = raii(open());", 'declared by "let"'],
    ["a pattern", "const { valueOf } = raii(open());", "takes no pattern"],
    ["beside what is not acquired", "const x = raii(open()), y = 1;", "shares its declaration"],
    ["of both kinds", "const x = raii(open()), y = await raii(openAsync());", "both raii() and await raii()"],
    ["in a clause of a switch", "switch (1) { case 1: const x = raii(open()); }", "in a clause"],
    ["an anonymous function", "const x = raii(() => {});", "would give the function or class"],
    ["a promise", "const x = await raii(Promise.resolve(open()));", "is a promise"],
    ["what is no resource", "const x = raii({} as any as { a: 1 });", "no dispose method"],
    ["type arguments", "const x = raii<Disposable>(open());", "type arguments"],
    ["what outlives its block", "{ const x = raii.function(open()); }", "until the function returns"],
    [
      "what outlives its block, without a name",
      "for (const x of xs) { raii.function(x); }",
      "until the function returns",
    ],
    ["a loop over a let", "for (let x of xs) { raii(x); }", "It has no name"],
  ])("leaves what is %s, with the annotation", (_, text, why) => {
    const source = body(text);
    const { text: after, left, count } = back(source);
    expect(after).toBe(source);
    expect(count).toBe(0);
    expect(left.length).toBeGreaterThan(0);
    for (const each of left) expect(each).toContain(why);
  });

  it("tells a Resource from a Disposable by its type", () => {
    const source = `import { ExitStack, raii, type Resource } from "ts-raii";
declare const folder: Resource<string>;
declare const either: Resource<string> | Disposable;
declare const plain: Disposable | null;
export function main() {
  "use raii";
  const a = raii(folder);
  const b = raii(either);
  const c = raii(new ExitStack());
  const d = raii(plain);
}
`;
    const { text, left, count } = back(source);
    expect(count).toBe(1);
    expect(text).toBe(source.replace("const d = raii(plain)", "using d = plain"));
    expect(left.map((each) => each.slice(0, 20))).toEqual([
      "7: It is a Resource,",
      "8: It is a Resource,",
      "9: It is a Resource,",
    ]);
  });

  it("leaves what is moved, and the annotation with it", () => {
    const source = `import { move, raii } from "ts-raii";
declare const open: () => Disposable;
export function main() {
  "use raii";
  const lock = raii(open());
  const file = raii(open());
  return move(file);
}
`;
    const { text, left } = back(source);
    expect(text).toBe(source.replace("const lock = raii(open())", "using lock = open()"));
    expect(left).toEqual([expect.stringContaining("6: It may be moved")]);
  });

  it("removes the directive and the import where nothing is left, and keeps what else is imported", () => {
    const source = `import { type Resource, raii, run } from "ts-raii";
"use strict";
declare const open: () => Disposable;
export function main(r: Resource<string>) {
  "use strict";
  "use raii inline";
  const a = raii(open(),);
  run(function* () {});
}
export function other() {
  "use raii";
  using b = open();
}
`;
    expect(back(source).text).toBe(
      source
        .replace("Resource, raii, run", "Resource, run")
        .replace('\n  "use raii inline";', "")
        .replace("const a = raii(open(),)", "using a = open()"),
    );
  });

  it("keeps the comments around the directive", () => {
    const source = `${imported}export function f(x: Disposable) { /* a */ "use raii"; /* b */
  // c
  const y = raii(x);
}
export function g(x: Disposable) {
  // d
  "use raii"; const y = raii(x); // e
}
`;
    expect(back(source).text).toBe(`export function f(x: Disposable) { /* a */ /* b */
  // c
  using y = x;
}
export function g(x: Disposable) {
  // d
  using y = x; // e
}
`);
  });

  it("removes the directive of the file with the last of its raii()", () => {
    const source = `"use raii";\nimport { raii } from "ts-raii";\nexport function f(x: Disposable) {\n  const y = raii(x);\n}\n`;
    expect(back(source).text).toBe(`\nexport function f(x: Disposable) {\n  using y = x;\n}\n`);
  });
});

describe("fixtures/exec, said with using, and again with raii", () => {
  /** What can be said with `using`, in the form in which `--back` gives it. */
  const usings = execFixtures.filter(
    (path) =>
      /^(?:using|async-position|ticks|lifetime|completion)\//.test(path) &&
      path !== "using/null-and-names.ts", // it acquires a function that is no resource, which is left
  );

  it.each(sample(usings, 4))("%s: the text is the same after both ways", (path) => {
    const using = back(readFixture(path)).text;
    const again = back(forward(using).text).text;
    // An unbraced body gets braces once, and an annotation of `using` alone goes with the last raii().
    expect(back(forward(again).text).text).toBe(again);
    if (/for (?:await )?\((?:await )?using \w+ of [^{]*$/m.test(using)) return;
    const withoutDirectives = (text: string): string => text.replaceAll(/\n *"use raii";/g, "");
    expect(withoutDirectives(again)).toBe(withoutDirectives(using));
  });

  const natives = execFixtures.filter((path) => path.startsWith("using/"));
  it.each(
    sample(
      natives.flatMap((path) => lowerings.map((lowering) => ({ path, lowering }))),
      2,
    ),
  )("$path means the same, $lowering lowering", async ({ path, lowering }) => {
    const source = readFixture(path);
    const { text, count } = forward(source);
    expect(count > 0).toBe(path !== "using/names-of-wrapped-values.ts");
    const observe = async (text: string): Promise<string[]> => {
      const { code, diagnostics } = compile(text, { fileName: path, lowering });
      expect(diagnostics).toEqual([]);
      return observeFixture(code, path);
    };
    expect(await observe(text)).toEqual(await observe(source));
  });
});

describe.each(Object.entries(compilers))("%s", (_, compiler) => {
  it("rewrites alike", () => {
    const source = inModule("\n  using x = open();\n  for (using y of xs) void y;\n");
    expect(migrateText(source, "forward", compiler)).toEqual(forward(source));
  });
});
