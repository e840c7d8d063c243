import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type SourceDiagnostic, transform, type TransformOptions } from "../../source/index.ts";

const annotated = `import { raii } from "ts-raii";
export function copy(open: () => Disposable) {
  "use raii";
  raii(open());
}
`;

/** What is told of a text. */
function diagnosticsOf(code: string, options: TransformOptions = {}): SourceDiagnostic[] {
  const told: SourceDiagnostic[] = [];
  transform(code, "/src/copy.ts", {
    typescript: ts,
    ...options,
    onDiagnostic: (each) => void told.push(each),
  });
  return told;
}

describe("what there is nothing to do for", () => {
  it.each([
    ["a file that does not import ts-raii", `export const raii = "use raii";`],
    ["a file that imports something else of it", `import { temp } from "ts-raii";\nexport const t = temp();`],
    ["a file with a syntax error", `${annotated}\nconst = 1;`],
  ])("%s", (_, code) => expect(transform(code, "/src/copy.ts", { typescript: ts })).toBeUndefined());

  it("JavaScript with types: the host says that it is wrong", () => {
    const plain = annotated.replace(": () => Disposable", "");
    expect(transform(annotated, "/src/copy.js", { typescript: ts })).toBeUndefined();
    expect(transform(plain, "/src/copy.js", { typescript: ts })).toBeDefined();
    for (const typed of ["let a: { b: number };", "class A { f(a?: number) {} }", "export enum E {}"])
      expect(transform(`${plain}${typed}\n`, "/src/copy.js", { typescript: ts })).toBeUndefined();
  });
});

describe("what is compiled", () => {
  it("the ending says how a text is to be read, and a query behind it says nothing", () => {
    const cast = annotated.replace("open()", "<Disposable>open()");
    expect(transform(cast, "/src/copy.ts?v=1", { typescript: ts })?.code).toContain(
      "yield <Disposable>open()",
    );
    expect(transform(cast, "/src/copy.tsx", { typescript: ts })).toBeUndefined();
    expect(transform(annotated, "/src/copy.mts#a", { typescript: ts })?.code).toContain(
      "function* copy_program",
    );
  });

  it("the lowering and the module of the marker are options", () => {
    const own = annotated.replace(`"ts-raii"`, `'#resources'`);
    const options: TransformOptions = { typescript: ts, importSource: "#resources", lowering: "inline" };
    expect(transform(own, "/src/copy.ts", options)?.code).toContain("try {");
    expect(transform(annotated, "/src/copy.ts", options)).toBeUndefined();
  });

  it("line breaks stay what they are", () => {
    const { code } = transform(annotated.replaceAll("\n", "\r\n"), "/src/copy.ts", { typescript: ts })!;
    expect(code.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("the map is of the text that came in", () => {
    const { map } = transform(annotated, "/src/copy.ts", { typescript: ts })!;
    expect(map).toMatchObject({ version: 3, sources: ["/src/copy.ts"], sourcesContent: [annotated] });
  });
});

describe("what is told", () => {
  it("each finding with its place and the lines around it", () => {
    const [told, ...others] = diagnosticsOf(`import { raii } from "ts-raii";\n\n\traii(open());\n`);
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      key: "raii-outside-annotated-function",
      code: 100001,
      severity: "error",
      id: "/src/copy.ts",
      start: 34,
      line: 3,
      column: 1,
    });
    expect(told!.message).toMatch(
      /^raii-outside-annotated-function: raii\(\) stands outside of any function/,
    );
    expect(told!.frame).toBe(
      `1 | import { raii } from "ts-raii";\n2 | \n3 | \traii(open());\n  | \t^^^^^^^^^^^^\n4 | `,
    );
  });

  it("as loud as the options say", () => {
    const code = `import { raii } from "ts-raii";\nexport const marker = raii;\n`;
    expect(diagnosticsOf(code).map(({ severity }) => severity)).toEqual(["error"]);
    const severity = { "raii-as-value": "warning" } as const;
    expect(diagnosticsOf(code, { severity }).map((each) => each.severity)).toEqual(["warning"]);
    expect(diagnosticsOf(code, { severity: { "raii-as-value": "off" } })).toEqual([]);
  });

  it("an option that is wrong, without a place; it is thrown where nobody listens", () => {
    const wrong = { lowering: "fast" } as unknown as TransformOptions;
    expect(diagnosticsOf("", wrong)).toMatchObject([
      { key: "invalid-option", id: undefined, line: undefined },
    ]);
    expect(() => transform("", "/src/copy.ts", wrong)).toThrow(
      /^ts-raii: invalid-option: The plugin option "lowering" must be "program" or "inline"; it is "fast"/,
    );
    expect(() => transform("", "/src/copy.ts", { lowerings: "inline" } as TransformOptions)).toThrow(
      "unknown-option",
    );
  });
});
