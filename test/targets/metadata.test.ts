import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { emitProgram } from "../harness/emit-program.ts";
import { observeFixture } from "../harness/observe-fixture.ts";
import { sample } from "../harness/sample.ts";

/**
 * What a decorator is told about types, in a class in an annotated function inside of another: the program of the inner
 * one must not leave behind what the types name.
 */
const members = {
  property: "@told field: TYPE;",
  "static property": "@told static field: TYPE;",
  accessor: "@told get value(): TYPE { return undefined as any; }",
  setter: "@told set value(value: TYPE) { }",
  "parameter of a method": "@told method(value: TYPE) { }",
  "decorated parameter": "method(@told value: TYPE) { }",
  "result of a method": "@told method(): TYPE { return undefined as any; }",
  "parameter of the constructor": "constructor(readonly value: TYPE) { }",
  "decorated parameter of the constructor": "constructor(@told readonly value: TYPE) { }",
} as const;

const types = {
  class: "Local",
  "class or null": "Local | null",
  generic: "Generic<Local>",
  array: "Local[]",
  promise: "Promise<Local>",
  enum: "Level",
  interface: "Shape",
  alias: "Alias",
  parameter: "Type",
  namespace: "space.Inner",
  "of the file": "OfTheFile",
  imported: "EventEmitter",
  "of an imported module": "url.URL",
} as const;

const forms = {
  declaration: (member: string) => `@told class Told { ${member} }`,
  nested: (member: string) => `const make = () => { @told class Told { ${member} } return Told; }; make();`,
} as const;

const resources = {
  sync: ['raii(open("r"));', ""],
  async: ['await raii(openAsync("r"));', "async "],
} as const;

/** Metadata in the log: what each decorator was told, by name. */
const prelude = `
class OfTheFile {}
namespace space { export class Inner {} }
const told = (...args: any[]): any => {};
function recordTo(log: (...what: unknown[]) => void) {
  const name = (value: any): string =>
    Array.isArray(value) ? "[" + value.map(name).join() + "]" : typeof value === "function" ? value.name : String(value);
  (Reflect as any).metadata = (key: string, value: unknown) => () => log(key, name(value));
}
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** One module for each type, with a function for each member. */
function sourceOf(type: string, kind: keyof typeof resources): string {
  const [acquires, keyword] = resources[kind];
  const tell = Object.entries(members).map(
    ([member, text], index) => `
      log(${JSON.stringify(member)});
      ${keyword}function inner${index}<Type>(value?: Type) {
        "use raii";
        ${acquires}
        ${forms[index % 2 === 0 ? "declaration" : "nested"](text.replace("TYPE", type))}
      }
      ${kind === "async" ? "await " : ""}inner${index}();`,
  );
  return `import { raii } from "ts-raii";
import { EventEmitter } from "node:events";
import * as url from "node:url";
${prelude}
export default ${keyword}function main({ open, openAsync, log }: any) {
  recordTo(log);
  class Local {}
  class Generic<T> { value!: T }
  enum Level { Low }
  interface Shape { readonly size: number }
  type Alias = string;
  ${tell.join("")}
}
`;
}

/** What of it has to be in the log, so that the test is about something. */
const emitted: Record<string, string> = {
  class: "Local",
  generic: "Generic",
  imported: "EventEmitter",
  "of an imported module": "URL",
  "of the file": "OfTheFile",
};

const cases = Object.entries(types).flatMap(([type, name]) =>
  Object.keys(resources).map((kind) => ({
    name: `${type}, ${kind}`,
    emitted: emitted[type] ?? "",
    source: sourceOf(name, kind as keyof typeof resources),
  })),
);

const withUsing = (source: string): string =>
  source.replaceAll('"use raii";', "").replace(/(await )?raii\((open.*)\);/g, "$1using _ = $2;");

const { metadata } = Reflect as { metadata?: unknown };
afterAll(() => void Object.assign(Reflect, { metadata }));

const hosts = { "a Program": true, "a host that only transpiles": false };
describe.each(Object.entries(hosts))("metadata of decorators, emitted by %s", (_, hasProgram) => {
  describe.each(sample(Object.entries(compilers), 2))("%s", (_version, compiler) => {
    const emit = (sources: string[], lowering?: (typeof lowerings)[number]): string[] => {
      const transform = lowering !== undefined;
      if (hasProgram) return emitProgram(sources, { compiler, options, ...(transform && { lowering }) });
      return sources.map(
        (source) =>
          compile(source, { compiler, transform, ...(transform && { lowering }), compilerOptions: options })
            .code,
      );
    };
    let expected: string[];
    beforeAll(() => {
      expected = emit(cases.map(({ source }) => withUsing(source)));
    });
    it.each(lowerings)("is what it is with using, under the %s lowering", async (lowering) => {
      const codes = emit(
        cases.map(({ source }) => source),
        lowering,
      );
      const wrong: object[] = [];
      for (const [index, code] of codes.entries()) {
        const strip = (log: string[]): string[] => log.filter((line) => line !== "~");
        const got = strip(await observeFixture(code, "metadata.js"));
        const right = strip(await observeFixture(expected[index]!, "metadata.js"));
        expect(right.some((line) => line.startsWith(`design:type ${cases[index]!.emitted}`))).toBe(true);
        const at = right.findIndex((line, i) => line !== got[i]);
        if (at >= 0) wrong.push({ name: cases[index]!.name, got: got.slice(0, at + 1), right: right[at] });
      }
      expect(wrong).toEqual([]);
    });
  });
});
