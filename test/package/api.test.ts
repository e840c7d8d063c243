import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";

/*
 * The public names of each entry and their types, as the declarations of the built package give them. `UPDATE=1` rewrites
 * the file: a change in it is a change for users.
 */

const root = join(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, string | { import?: { types: string }; types?: string }>>;
};
const entries = Object.entries(manifest.exports).flatMap(([name, conditions]) => {
  const types = typeof conditions === "string" ? undefined : (conditions.import?.types ?? conditions.types);
  return types === undefined ? [] : [{ name, file: join(root, types) }];
});

it("is what it was", () => {
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"],
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    },
  );
  const checker = program.getTypeChecker();
  const api = entries.flatMap(({ name, file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    const whole = module.exports?.get(ts.InternalSymbolName.ExportEquals);
    const lines = (whole === undefined ? checker.getExportsOfModule(module) : [whole])
      .flatMap((symbol) => linesOf(checker, symbol))
      .sort();
    // What is imported for what it does exports nothing.
    if (name !== "./register") expect(lines.length, name).toBeGreaterThan(0);
    return [`# ${name}`, ...lines, ""];
  });
  expectFile(join(import.meta.dirname, "api.txt"), api.join("\n"));
});

/** A line for what a name means as a value, for each overload of a function, and for what it means as a type. */
function linesOf(checker: ts.TypeChecker, exported: ts.Symbol): readonly string[] {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const { InTypeAlias, NoTruncation, MultilineObjectLiterals, UseAliasDefinedOutsideCurrentScope } =
    ts.TypeFormatFlags;
  const print = (type: ts.Type, flags = 0): string =>
    checker.typeToString(type, undefined, NoTruncation | UseAliasDefinedOutsideCurrentScope | flags);
  const lines: string[] = [];
  if (symbol.flags & ts.SymbolFlags.Value) {
    const type = checker.getTypeOfSymbol(symbol);
    const signatures = type.getCallSignatures();
    for (const each of signatures)
      lines.push(`${exported.name}${checker.signatureToString(each, undefined, NoTruncation)}`);
    const members = checker.getPropertiesOfType(type).filter(isOurs);
    if (signatures.length === 0) lines.push(`${exported.name}: ${print(type)}`);
    for (const member of members)
      lines.push(`${exported.name}.${nameOf(member)}: ${print(checker.getTypeOfSymbol(member))}`);
    for (const each of type.getConstructSignatures())
      lines.push(`new ${exported.name}${checker.signatureToString(each, undefined, NoTruncation)}`);
  }
  if (symbol.flags & ts.SymbolFlags.Type) {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    lines.push(`type ${exported.name} = ${print(type, InTypeAlias | MultilineObjectLiterals)}`);
    if (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))
      for (const member of checker.getPropertiesOfType(type))
        if (isOurs(member))
          lines.push(`type ${exported.name}.${nameOf(member)}: ${print(checker.getTypeOfSymbol(member))}`);
  }
  return lines;
}

/** Members of the library's own types are not ours to keep. */
function isOurs({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((each) => each.getSourceFile().fileName.startsWith(join(root, "dist")));
}

/** A symbol's name ends in a number that changes from build to build. */
function nameOf({ name }: ts.Symbol): string {
  return name.replace(/^__@(.*)@\d+$/, "[$1]");
}
