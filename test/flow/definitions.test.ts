import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { writesReaching } from "../../transformer/flow/definitions.ts";
import { findNodes } from "../../transformer/flow/file-nodes.ts";
import { createVariables } from "../../transformer/flow/variables.ts";
import { createInMemoryHost } from "../harness/in-memory-host.ts";
import { parameters, timeout } from "../harness/sample.ts";

/*
 * Which writes may be the last before a use of a variable? Random programs are run with every choice they can make, and what
 * each use has seen is compared with what is found in the text. `v = W(3)` writes 3, `U(7, v)` is use 7, `c()` chooses.
 */

/** Each `#` becomes a number of its own; `continue @` goes on with the loop that is put around it. */
const simple = fc.constantFrom(
  "v = W(#);",
  "v = W(#);",
  "U(#, v);",
  "U(#, v);",
  "v = undefined;",
  "c() && (v = W(#));",
  "c() || (v = W(#));",
  "U(#, c() ? v : (v = W(#)));",
  "U(#, (v = W(#), v));",
);
const leaving = fc.constantFrom("if (c()) return;", "if (c()) break outer;");
const leavingLoop = fc.constantFrom("", "if (c()) break;", "if (c()) continue;", "if (c()) continue @;");

/** A loop, with a label that no loop in it has. */
function loop(make: (body: string) => string): (body: string) => string {
  return (body) => {
    const label = `loop${(body.match(/loop\d+:/g) ?? []).length}`;
    return `${label}: ${make(body.replaceAll("@", label))}`;
  };
}

interface Shapes {
  readonly hasLoops: boolean;
  readonly hasTry: boolean;
  readonly hasClosures: boolean;
}

function programs({ hasLoops, hasTry, hasClosures }: Shapes): fc.Arbitrary<string> {
  const { list } = fc.letrec<{ list: string; part: string }>((tie) => {
    const block = tie("list").map((text) => `{\n${text}\n}`);
    const clause = fc.tuple(tie("list"), fc.constantFrom("", "break;"));
    const loopBody = fc
      .tuple(tie("list"), leavingLoop, tie("list"))
      .map((parts) => `{\n${parts.join("\n")}\n}`);
    const kinds: fc.Arbitrary<string>[] = [
      simple,
      simple,
      leaving,
      fc.tuple(block, block).map(([yes, no]) => `if (c()) ${yes} else ${no}`),
      block.map((yes) => `if (c()) ${yes}`),
      fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses) => {
        const texts = clauses.map(
          ([text, end], index) => `${index === 1 ? "default" : `case ${index}`}:\n${text}\n${end}`,
        );
        return `switch (n()) {\n${texts.join("\n")}\n}`;
      }),
    ];
    if (hasLoops)
      kinds.push(
        loopBody.map(loop((body) => `while (c()) ${body}`)),
        loopBody.map(loop((body) => `do ${body} while (c());`)),
        loopBody.map(loop((body) => `for (v = W(#); c(); v = W(#)) ${body}`)),
        loopBody.map(loop((body) => `for (const _ of two()) ${body}`)),
        loopBody.map(loop((body) => `while (true) {\n${body}\nif (c()) break;\n}`)),
      );
    if (hasTry)
      kinds.push(
        fc.tuple(block, block).map(([first, caught]) => `try ${first} catch ${caught}`),
        fc.tuple(block, block).map(([first, last]) => `try ${first} finally ${last}`),
        fc
          .tuple(block, block, block)
          .map(([first, caught, last]) => `try ${first} catch ${caught} finally ${last}`),
        fc.constant("if (c()) throw 0;"),
      );
    if (hasClosures)
      kinds.push(
        fc.constant("later.push(() => U(#, v));"),
        fc.constant("later.forEach((each) => each());"),
        fc.constant("{\nhoisted();\nfunction hoisted() { U(#, v); }\n}"),
      );
    return {
      list: fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("\n")),
      part: fc.oneof({ depthSize: "small", withCrossShrink: true }, ...kinds),
    };
  });
  return list.map((text) => {
    let count = 0;
    const whole = `function program(c, n, W, U, two, later) {\nlet v;\nouter: {\n${text}\n}\nU(#, v);\n}`;
    return whole.replaceAll("#", () => String(count++));
  });
}

/** What each use sees: for each choice that a run makes, another run makes the other one. */
function observe(text: string): { readonly seen: Map<number, Set<unknown>>; readonly isWhole: boolean } {
  const program = new Function(`${text}\nreturn program;`)() as (...args: unknown[]) => void;
  const seen = new Map<number, Set<unknown>>();
  const pending: number[][] = [[]];
  let isWhole = true;
  let runs = 0;
  for (let choices = pending.pop(); choices !== undefined; choices = pending.pop()) {
    if (++runs > 3000) return { seen, isWhole: false };
    let made = 0;
    const given = choices;
    const choose = (count: number): number => {
      const index = made++;
      if (index < given.length) return given[index]!;
      if (index >= 14) {
        isWhole = false;
        if (index > 200) throw new Error("too long");
        return index % count;
      }
      for (let other = 1; other < count; other++)
        pending.push([
          ...given.slice(0, index),
          ...Array.from({ length: index - given.length }, () => 0),
          other,
        ]);
      given.push(0);
      return 0;
    };
    const use = (id: number, value: unknown): void => {
      const values = seen.get(id) ?? new Set();
      seen.set(id, values);
      if (value !== undefined) values.add(value);
    };
    try {
      program(
        () => choose(2) === 1,
        () => choose(3),
        (id: number) => id,
        use,
        () => [1, 2].slice(choose(3)),
        [],
      );
    } catch {
      // thrown by the program, or too long
    }
  }
  return { seen, isWhole };
}

const options: ts.CompilerOptions = { noLib: true, types: [], target: ts.ScriptTarget.ES2022, allowJs: true };

/** What the text shows of each use. */
function find(text: string): Map<number, Set<unknown>> {
  const name = "/program.ts";
  const program = ts.createProgram([name], options, createInMemoryHost(new Map([[name, text]]), options));
  const sourceFile = program.getSourceFile(name)!;
  const checker = program.getTypeChecker(); // sets the parents
  const nodes = findNodes(ts, sourceFile);
  const variables = createVariables(ts, checker, sourceFile, () => nodes);
  const numberOf = (call: ts.Expression): number =>
    Number((call as ts.CallExpression).arguments[0]!.getText());
  const found = new Map<number, Set<unknown>>();
  for (const mention of nodes.mentions.get("v") ?? []) {
    let call: ts.Node = mention;
    while (!ts.isCallExpression(call) && !ts.isStatement(call)) call = call.parent;
    if (!ts.isCallExpression(call) || call.expression.getText() !== "U") continue;
    if (ts.isBinaryExpression(mention.parent) && mention.parent.left === mention) {
      // U(7, c() ? v : (v = W(3))) sees what it writes.
      const values = found.get(numberOf(call)) ?? new Set();
      if (
        mention.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
        !text.includes(`(v = ${mention.parent.right.getText()}, v)`)
      )
        found.set(numberOf(call), values.add(numberOf(mention.parent.right)));
      continue;
    }
    const definition = variables.definitionAt(mention);
    const values = found.get(numberOf(call)) ?? new Set();
    for (const { value, isNothing } of definition === undefined ? [] : writesReaching(definition))
      if (!isNothing) values.add(numberOf(value!));
    found.set(numberOf(call), values);
  }
  return found;
}

function check(text: string, isExact: boolean): void {
  const { seen, isWhole } = observe(text);
  const found = find(text);
  for (const [id, values] of seen)
    for (const value of values)
      expect(found.get(id), `use ${id} sees ${String(value)}\n${text}`).toContain(value);
  if (!isExact || !isWhole) return;
  for (const [id, values] of found)
    for (const value of values)
      expect(seen.get(id), `use ${id} never sees ${String(value)}\n${text}`).toContain(value);
}

describe("the writes that reach a use", () => {
  it.each([
    ["branches and loops are exact", { hasLoops: true, hasTry: false, hasClosures: false }, true],
    ["no way through try is forgotten", { hasLoops: true, hasTry: true, hasClosures: false }, false],
    [
      "no function that is called later is forgotten",
      { hasLoops: true, hasTry: true, hasClosures: true },
      false,
    ],
  ] as const)(
    "%s",
    (_, shapes, isExact) => {
      fc.assert(
        fc.property(programs(shapes), (text) => check(text, isExact)),
        parameters(1),
      );
    },
    timeout,
  );
});
