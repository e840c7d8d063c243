import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { emitProgram } from "../harness/emit-program.ts";
import { observeFixture } from "../harness/observe-fixture.ts";

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
  imported: "Imported",
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
class Imported {}
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

function sourceOf(
  member: string,
  type: string,
  form: keyof typeof forms,
  kind: keyof typeof resources,
): string {
  const [acquires, keyword] = resources[kind];
  return `import { raii } from "ts-raii";
${prelude}
export default ${keyword}function main({ open, openAsync, log }: any) {
  recordTo(log);
  class Local {}
  class Generic<T> { value!: T }
  enum Level { Low }
  interface Shape { readonly size: number }
  type Alias = string;
  ${keyword}function inner<Type>(value?: Type) {
    "use raii";
    ${acquires}
    ${forms[form](member.replace("TYPE", type))}
  }
  ${kind === "async" ? "await " : ""}inner();
}
`;
}

const cases = Object.entries(members).flatMap(([member, text]) =>
  Object.entries(types).flatMap(([type, name]) =>
    Object.keys(forms).flatMap((form) =>
      Object.keys(resources).map((kind) => ({
        name: `${member}, ${type}, ${form}, ${kind}`,
        source: sourceOf(text, name, form as keyof typeof forms, kind as keyof typeof resources),
      })),
    ),
  ),
);

const withUsing = (source: string): string =>
  source.replace('"use raii";', "").replace(/(await )?raii\((open.*)\);/, "$1using _ = $2;");

const { metadata } = Reflect as { metadata?: unknown };
afterAll(() => void Object.assign(Reflect, { metadata }));

const hosts = { "a Program": true, "a host that only transpiles": false };
describe.each(Object.entries(hosts))("metadata of decorators, emitted by %s", (_, hasProgram) => {
  describe.each(Object.entries(compilers))("%s", (_version, compiler) => {
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
        expect(right.some((line) => line.startsWith("design:"))).toBe(true);
        if (got.join() !== right.join())
          wrong.push({ name: cases[index]!.name, got: got.join(), right: right.join() });
      }
      expect(wrong).toEqual([]);
    });
  });
});
