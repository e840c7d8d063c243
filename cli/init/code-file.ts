import { parse } from "@babel/parser";
import type * as babel from "@babel/types";
import { lineBreak } from "./insert";
import { applyInsertions, type Insertion, type Item, type Literal, type ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** A configuration that is a program: JavaScript or TypeScript. */
export interface CodeFile {
  readonly text: string;
  readonly program: babel.Program;
  readonly isModule: boolean;
  readonly quote: '"' | "'";
  readonly semicolon: ";" | "";
}

/** Reads a program. @throws {UnknownShape} for a syntax error. */
export function parseCode(path: string, text: string): CodeFile {
  const isTypeScript = /\.[cm]?ts$/.test(path);
  let program: babel.Program;
  try {
    ({ program } = parse(text, {
      sourceType: /\.c[jt]s$/.test(path) ? "script" : "unambiguous",
      allowReturnOutsideFunction: true,
      plugins: [isTypeScript ? "typescript" : "jsx", "decorators"],
    }));
  } catch (error) {
    throw new UnknownShape(`it has a syntax error: ${(error as Error).message}`);
  }
  return {
    text,
    program,
    isModule: program.body.some(({ type }) => /^(?:Import|Export)/.test(type)) || isModulePath(path, program),
    quote: quoteOf(text, program),
    semicolon: semicolonOf(text, program),
  };
}

/** A module without imports and exports, `await Bun.build(…)`. */
const isModulePath = (path: string, program: babel.Program): boolean =>
  /\.m[jt]s$/.test(path) || program.sourceType === "module";

function quoteOf(text: string, program: babel.Program): '"' | "'" {
  let singles = 0;
  for (const node of nodesIn(program))
    if (node.type === "StringLiteral" || node.type === "DirectiveLiteral")
      singles += text[node.start!] === "'" ? 1 : -1;
  return singles > 0 ? "'" : '"';
}

function semicolonOf(text: string, { body }: babel.Program): ";" | "" {
  const ends = body.filter(({ type }) =>
    /^(?:Import|Variable|Expression|ExportDefault|ExportAll)/.test(type),
  );
  const with_ = ends.filter(({ end }) => text[end! - 1] === ";").length;
  return ends.length > 0 && with_ * 2 < ends.length ? "" : ";";
}

/** A node and all nodes in it, the outer before the inner. */
export function* nodesIn(node: babel.Node): Generator<babel.Node> {
  yield node;
  for (const [key, value] of Object.entries(node)) {
    if (key === "loc" || /Comments$/.test(key)) continue;
    for (const each of [value].flat() as unknown[])
      if (typeof (each as babel.Node | null)?.type === "string") yield* nodesIn(each as babel.Node);
  }
}

/** The name of what a call calls: `build` of `build()` and of `esbuild.build()`. */
export function calledName({ callee }: babel.CallExpression): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression" && callee.property.type === "Identifier" && !callee.computed)
    return callee.property.name;
  return undefined;
}

/** Where the names of a package come from: an import of it, or `require`. @returns the local names. */
export function namesFrom({ program }: CodeFile, source: string): readonly string[] {
  return program.body.flatMap((statement) => {
    if (statement.type === "ImportDeclaration" && statement.source.value === source)
      return statement.specifiers.map(({ local }) => local.name);
    if (statement.type !== "VariableDeclaration") return [];
    return statement.declarations.flatMap(({ id, init }) => {
      const call = init?.type === "AwaitExpression" ? init.argument : init;
      const [argument] = call?.type === "CallExpression" ? call.arguments : [];
      if (argument?.type !== "StringLiteral" || argument.value !== source) return [];
      if (id.type === "Identifier") return [id.name];
      return id.type === "ObjectPattern"
        ? id.properties.flatMap((each) =>
            each.type === "ObjectProperty" && each.value.type === "Identifier" ? [each.value.name] : [],
          )
        : [];
    });
  });
}

/** What a name stands for: the initializer of a `const`, or a function. */
function declarationOf(
  name: string,
  scopes: readonly (readonly babel.Statement[])[],
): babel.Node | undefined {
  for (const statements of scopes)
    for (const outer of statements) {
      const statement =
        outer.type === "ExportNamedDeclaration" && outer.declaration ? outer.declaration : outer;
      if (statement.type === "FunctionDeclaration" && statement.id?.name === name) return statement;
      if (statement.type !== "VariableDeclaration") continue;
      const found = statement.declarations.find(({ id }) => id.type === "Identifier" && id.name === name);
      if (found?.init) {
        if (statement.kind !== "const") throw new UnknownShape(`"${name}" may change: it is no const`);
        return found.init;
      }
    }
  return undefined;
}

/** Follows the names and the types around a value to where it is written out. */
export class Resolver {
  /** @param scopes the statements in which names are looked for, the innermost first. */
  constructor(
    private readonly file: CodeFile,
    private readonly scopes: readonly (readonly babel.Statement[])[] = [file.program.body],
  ) {}

  /**
   * The objects that a configuration consists of: one, or those that a function returns.
   *
   * @param changing the property that is to be set: where another statement sets it, the shape is not known.
   * @throws {UnknownShape} where it is anything else.
   */
  objects(node: babel.Node | null | undefined, changing: string): readonly ObjectLiteral[] {
    const value = node && this.value(node, changing);
    switch (value?.type) {
      case "ObjectExpression":
        return [this.literal(value) as ObjectLiteral];
      case "CallExpression": {
        const name = calledName(value) ?? "";
        if (/^define\w*$/.test(name) && value.arguments.length === 1)
          return this.objects(value.arguments[0], changing);
        if (name === "mergeConfig" && value.arguments.length === 2)
          return this.objects(value.arguments[1], changing);
        break;
      }
      case "ArrayExpression":
        if (value.elements.length === 1) return this.objects(value.elements[0], changing);
        throw new UnknownShape("it has several configurations");
      case "ArrowFunctionExpression":
      case "FunctionExpression":
      case "FunctionDeclaration": {
        if (value.body.type !== "BlockStatement") return this.objects(value.body, changing);
        const inner = new Resolver(this.file, [value.body.body, ...this.scopes]);
        const returned = returnsOf(value.body);
        if (returned.length > 0) return returned.flatMap((each) => inner.objects(each.argument, changing));
        break;
      }
    }
    throw new UnknownShape("its configuration is not written out as an object");
  }

  /** A value without the types around it, and what a name stands for. */
  value(node: babel.Node, changing?: string): babel.Node {
    switch (node.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
      case "TSNonNullExpression":
        return this.value(node.expression, changing);
      case "Identifier": {
        const found = declarationOf(node.name, this.scopes);
        if (found === undefined) return node;
        if (changing !== undefined) this.refuseAssignments(node.name, changing);
        return this.value(found, changing);
      }
      default:
        return node;
    }
  }

  /** A value as a literal; names in it are followed. `[a, b].filter(Boolean)` is its list. */
  literal(node: babel.Node): Literal {
    const value = this.value(node);
    const range = { start: value.start!, end: value.end! };
    if (value.type === "StringLiteral") return { ...range, kind: "text", text: value.value };
    if (isFilterBoolean(value)) return this.literal(value.callee.object);
    if (value.type === "ArrayExpression") {
      const elements = value.elements.filter((each) => each !== null);
      return {
        ...range,
        kind: "array",
        items: elements.map((each) => this.item(each, each.type === "SpreadElement" ? undefined : each)),
      };
    }
    if (value.type !== "ObjectExpression") return { ...range, kind: "other" };
    return {
      ...range,
      kind: "object",
      items: value.properties.map((each) =>
        this.item(each, each.type === "ObjectProperty" ? each.value : undefined, keyOf(each)),
      ),
    };
  }

  /** @param of its value, where that can be looked into. It is read when it is asked for: names may lead in a circle. */
  private item(node: babel.Node, of: babel.Node | undefined, key?: string): Item {
    const read = (): Literal => (of === undefined ? otherAt(node) : this.literal(of));
    return {
      ...rangeOf(node),
      key,
      get value() {
        return read();
      },
    };
  }

  private refuseAssignments(name: string, changing: string): void {
    for (const node of nodesIn(this.file.program)) {
      if (node.type !== "AssignmentExpression" || node.left.type !== "MemberExpression") continue;
      const { object, property, computed } = node.left;
      if (object.type !== "Identifier" || object.name !== name) continue;
      if (computed || (property.type === "Identifier" && property.name === changing))
        throw new UnknownShape(`a statement sets "${name}.${changing}"`);
    }
  }
}

const rangeOf = ({ start, end }: babel.Node): { start: number; end: number } => ({
  start: start!,
  end: end!,
});

const otherAt = (node: babel.Node): Literal => ({ ...rangeOf(node), kind: "other" });

function isFilterBoolean(
  node: babel.Node,
): node is babel.CallExpression & { readonly callee: babel.MemberExpression } {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const [argument] = node.arguments;
  return calledName(node) === "filter" && argument?.type === "Identifier" && argument.name === "Boolean";
}

function keyOf(property: babel.ObjectExpression["properties"][number]): string | undefined {
  if (property.type === "SpreadElement" || property.computed) return undefined;
  const { key } = property;
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}

/** The `return` statements of a function, without those of functions in it. */
function returnsOf(node: babel.Node): readonly babel.ReturnStatement[] {
  if (node.type === "ReturnStatement") return [node];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === "loc" || /Comments$/.test(key)) return [];
    return ([value].flat() as (babel.Node | null)[]).flatMap((each) =>
      typeof each?.type === "string" && !/Function|Method|Class/.test(each.type) ? returnsOf(each) : [],
    );
  });
}

/**
 * The value that a configuration exports: `export default`, or `module.exports =`.
 *
 * @throws {UnknownShape} where it does neither, or both.
 */
export function exportedValue({ program }: CodeFile): babel.Node {
  const found = program.body.flatMap((statement): babel.Node[] => {
    if (statement.type === "ExportDefaultDeclaration") return [statement.declaration];
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression")
      return [];
    const { left, right } = statement.expression;
    const isExports =
      left.type === "MemberExpression" &&
      left.object.type === "Identifier" &&
      left.object.name === "module" &&
      left.property.type === "Identifier" &&
      left.property.name === "exports";
    return isExports ? [right] : [];
  });
  if (found.length !== 1) throw new UnknownShape("what it exports is not found");
  return found[0]!;
}

/** A name for the import that the file does not use yet. */
export function freeName({ program }: CodeFile, wanted: string): string {
  const used = new Set<string>();
  for (const node of nodesIn(program)) if (node.type === "Identifier") used.add(node.name);
  const [name] = [wanted, "tsRaii", "raiiPlugin", "tsRaiiPlugin"].filter((each) => !used.has(each));
  if (name === undefined) throw new UnknownShape(`it uses the name "${wanted}" itself`);
  return name;
}

/** Writes a text in the quotes of a file. */
export const quotedFor =
  ({ quote }: Pick<CodeFile, "quote">) =>
  (text: string): string =>
    quote === '"'
      ? JSON.stringify(text)
      : `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;

/** The import of a default export, as the file imports: `import` or `require`, behind what it imports already. */
export function importOf(file: CodeFile, name: string, from: string): Insertion {
  const { text, program, isModule, semicolon } = file;
  const source = quotedFor(file)(from);
  const line = isModule
    ? `import ${name} from ${source}${semicolon}`
    : `const ${name} = require(${source})${semicolon}`;
  const isImport = (statement: babel.Statement): boolean =>
    isModule
      ? statement.type === "ImportDeclaration"
      : statement.type === "VariableDeclaration" &&
        statement.declarations.every(
          ({ init }) => init?.type === "CallExpression" && calledName(init) === "require",
        );
  const nl = lineBreak(text);
  const last = program.body.filter(isImport).at(-1);
  if (last !== undefined) return { at: last.end!, text: nl + line };
  const at = startOfCode(file);
  return { at, text: `${line}${nl}${nl}` };
}

/** Comments that speak of the whole file, and stay first. */
const isOfFile =
  /^(?:\/\/\/|\/\/\s*@ts-|\/\*\s*eslint|\/\*\*?\s*@(?:jest|vitest)|\/\/ eslint-disable(?!-next))/;

/** Where the first statement begins, with the comments that belong to it. */
function startOfCode({ text, program }: CodeFile): number {
  const [first] = program.body;
  if (first === undefined) return text.length;
  let at = first.start!;
  for (const { start, end } of [...(first.leadingComments ?? [])].reverse()) {
    const gap = text.slice(end!, at);
    if (/\n\s*\n/.test(gap) || isOfFile.test(text.slice(start!, end!))) break;
    at = start!;
  }
  return at;
}

/** Changes a program by what is inserted, and makes sure that it still is one. */
export function changeCode(path: string, text: string, insertions: readonly Insertion[]): string {
  const changed = applyInsertions(text, insertions);
  parseCode(path, changed);
  return changed;
}
