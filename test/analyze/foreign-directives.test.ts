import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";

/*
 * Frameworks take a function with a directive of theirs out of its place: to the top of the module, or into a module of
 * its own. What it needs has to be in it, or be what its author wrote there.
 */

const body = (directive: string): string =>
  `{ ${directive} "use raii"; const a = await raii(open(data)); await Promise.resolve(); { raii(a); } return a; }`;
const kinds = {
  declaration: (directive: string) => `async function save(data: unknown) ${body(directive)}`,
  expression: (directive: string) => `const save = async function (data: unknown) ${body(directive)};`,
  arrow: (directive: string) => `const save = async (data: unknown) => ${body(directive)};`,
  method: (directive: string) => `const actions = { async save(data: unknown) ${body(directive)} };`,
  tagged: (directive: string) =>
    `/** @raii program */ async function save(data: unknown) ${body(directive).replace(' "use raii";', "")}`,
  "of a program": (directive: string) =>
    `async function page() { "use raii"; raii(open(1)); async function save(data: unknown) ${body(directive)} return save; }`,
};

/** The names of functions that the transform has added. */
const added = (source: string, lowering: "program" | "inline"): readonly string[] => {
  const { code, diagnostics } = compile(`import { raii } from "ts-raii";\n${source}\n`, {
    lowering,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
  });
  expect(diagnostics).toEqual([]);
  return [...new Set(code.match(/\w+_program\b/g))];
};

describe.each(lowerings)("by the %s lowering", (lowering) => {
  it.each(Object.entries(kinds))("%s: nothing stands beside it", (_, write) => {
    for (const directive of ['"use server";', "'use cache: remote';", '"use strict"; "use step";'])
      expect(added(write(directive), lowering).filter((name) => name.startsWith("save"))).toEqual([]);
  });
});

it("other directives leave the lowering as it is", () => {
  for (const directive of ['"use strict";', '"another directive";', ""])
    expect(added(kinds.declaration(directive), "program")).toEqual(["save_program"]);
});
