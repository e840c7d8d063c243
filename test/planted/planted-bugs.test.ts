import ts from "typescript";
import { expect, test } from "vitest";
import { convert } from "../../scripts/planted-bugs/convert.mjs";
import { applyEdits, touchedLines } from "../../scripts/planted-bugs/edits.mjs";
import { mutationsOf } from "../../scripts/planted-bugs/mutations.mjs";
import { sample } from "../../scripts/planted-bugs/sample.mjs";

const declarations = `
declare class Client { query(sql: string): Promise<number>; sync(): number; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; }
declare function open(): Client;
declare function work(client: Client): Promise<void>;
declare function wait(ms: number): Promise<void>;
`;

/** What can be planted in a function's body: the kind, and the body with the first of its variants. */
function planted(body: string, head = "async function example(): Promise<unknown>"): string[] {
  const text = `${declarations}${head} {\n${body}\n}\n`;
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ESNext, lib: ["lib.esnext.d.ts"], types: [] };
  const host = ts.createCompilerHost(options, true);
  const program = ts.createProgram(["input.ts"], options, {
    ...host,
    getSourceFile: (name, version) =>
      name === "input.ts"
        ? ts.createSourceFile(name, text, version, true)
        : host.getSourceFile(name, version),
  });
  const found: { kind: string; variants: [object[]] }[] = mutationsOf(
    program.getSourceFile("input.ts")!,
    program.getTypeChecker(),
  );
  return found.map(({ kind, variants }) => {
    const changed: string = applyEdits(text, variants[0]);
    const lines = changed
      .slice(changed.indexOf(head) + head.length)
      .split("\n")
      .slice(1, -2);
    return `${kind}: ${lines.join(" ").trim()}`;
  });
}

test("an await is removed where what it waits for works with the handle", () => {
  expect(planted("await using c = open();\nawait c.query('a');\nawait wait(1);")).toContain(
    "await removed: await using c = open(); c.query('a'); await wait(1);",
  );
  expect(planted("await using c = open();\nawait work(c);\nreturn 1;").join("\n")).toContain("await removed");
  for (const statement of [
    "await wait(1);",
    "await wait(c.sync());",
    "await c.close();",
    "const n = await c.query('');",
  ])
    expect(planted(`await using c = open();\n${statement}\nreturn 1;`).join("\n")).not.toContain(
      "await removed",
    );
});

test("the await of a return is removed, save in a try, and the handle is returned instead", () => {
  const kinds = planted("await using c = open();\nreturn await c.query('a');");
  expect(kinds).toContain("await of return removed: await using c = open(); return c.query('a');");
  expect(kinds).toContain("returned: await using c = open(); return c;");
  const inTry = planted("await using c = open();\ntry { return await c.query('a'); } catch { return 0; }");
  expect(inTry.join("\n")).not.toContain("await of return removed");
  const ignored = planted("await using c = open();\nreturn;", "async function example(): Promise<void>");
  expect(ignored.join("\n")).not.toContain("returned");
});

test("a handle is stored, kept by a timer, not released, and used after its scope", () => {
  const kinds = planted("await using c = open();\nwait(1);\nawait c.query('a');");
  expect(kinds).toContain(
    "stored: await using c = open(); wait(1); await c.query('a'); keptForLater.add(c);",
  );
  expect(kinds).toContain(
    "kept in a timer or listener: await using c = open(); wait(1); setTimeout(async () => { await c.query('a'); }, 60_000);",
  );
  expect(kinds).toContain("release dropped: const c = open(); wait(1); await c.query('a');");
  expect(kinds).toContain(
    "work after the scope: const keptAlive = open(); { await using c = keptAlive; wait(1); } await keptAlive.query('a');",
  );
});

test("nothing is planted that may be no bug", () => {
  const byHand = planted("await using c = open();\nawait c.query('a');\nawait c[Symbol.asyncDispose]();");
  expect(byHand.map((each) => each.split(":")[0])).toEqual(["await removed"]);
  const usesOther = planted("await using c = open();\nconst sql = 'a';\nawait c.query(sql);");
  expect(usesOther.join("\n")).not.toContain("work after the scope");
  expect(planted("const c = open();\nawait c.query('a');\nreturn c;")).toEqual([]);
});

test("what releases by hand is written with using", () => {
  const conversions = { callbacks: ["lend"], releases: ["release"] };
  const converted = (text: string): string => convert("input.ts", text, conversions);
  expect(
    converted(
      "async function f() { const c = await p.connect(); try { await c.q(); } finally { c.release(); } }",
    ),
  ).toBe(
    "async function f() { await using c = acquired(await p.connect()); try { await c.q(); } finally {  } }",
  );
  expect(converted("lend((c) => c.q())")).toBe(
    "lend(async (lent) => { await using c = acquired(lent); return await c.q(); })",
  );
  expect(converted("lend(async (c) => { return c.q(); })")).toBe(
    "lend(async (lent) => { await using c = acquired(lent); return await (c.q()); })",
  );
  const untouched = "function f() { let c; try { c = p(); } finally { c.release(); } }";
  expect(converted(untouched)).toBe(untouched);
});

test("the lines that edits touch are told of both texts", () => {
  const text = "a\nb\nc\nd\n";
  const edits = [
    { start: 0, end: 0, text: "head\n", silent: true },
    { start: 2, end: 3, text: "b1\nb2" },
    { start: 5, end: 5, text: "\nnew" },
  ];
  const { before, after } = touchedLines(text, edits);
  expect(applyEdits(text, edits)).toBe("head\na\nb1\nb2\nc\nnew\nd\n");
  expect([...before]).toEqual([1, 2]);
  expect([...after]).toEqual([2, 3, 5]);
});

test("a sample is fixed by its seed, takes of each kind, and shares nothing with the next", () => {
  const candidates = Array.from({ length: 60 }, (_, at) => ({
    kind: `${at % 3}`,
    at,
    variants: [["x"], ["y"]],
  }));
  const choose = (which: number): { at: number; kind: string }[] =>
    sample(candidates, { seed: 15, which, size: 12 });
  expect(choose(1)).toEqual(choose(1));
  for (const kind of ["0", "1", "2"]) expect(choose(1).filter((each) => each.kind === kind)).toHaveLength(4);
  const first = new Set(choose(1).map(({ at }) => at));
  expect(choose(2).some(({ at }) => first.has(at))).toBe(false);
});
