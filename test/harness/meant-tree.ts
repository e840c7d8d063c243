import { parse } from "@babel/parser";
import ts from "typescript";
import type { Lowering } from "./compile.ts";
import { compile } from "./compile.ts";

export interface PrintOptions {
  readonly compiler?: typeof ts;
  readonly fileName?: string;
  readonly lowering?: Lowering;
  readonly transform?: boolean;
  readonly compilerOptions?: ts.CompilerOptions;
}

/**
 * Compiles a module and parses what was printed. Gives the first place where that is another tree than the one that was
 * handed to the printer, or `undefined`. The printer trusts its tree: a comment that ends a `yield`, or parentheses that
 * are missing, print without any error.
 */
export function findMisprint(source: string, options: PrintOptions = {}): string | undefined {
  const { compiler = ts, compilerOptions = {} } = options;
  let meant: Tree | undefined;
  const { code } = compile(source, {
    ...options,
    // Helpers are printed as text, and imports of CommonJS are renamed while they are printed.
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      noEmitHelpers: true,
      ...compilerOptions,
    },
    after: () => (file) => {
      meant = readTree(compiler, file, true);
      return file;
    },
  });
  const syntaxError = findSyntaxError(code);
  if (syntaxError !== undefined) return syntaxError;
  const printed = compiler.createSourceFile("output.js", code, ts.ScriptTarget.ESNext, false);
  const difference = firstDifference(meant!, readTree(compiler, printed));
  return difference && `${difference.text}\n${linesAround(code, difference.position)}`;
}

/** TypeScript's parser takes what no engine does, as a line break before `=>`. */
function findSyntaxError(code: string): string | undefined {
  try {
    parse(code, {
      sourceType: "module",
      plugins: ["explicitResourceManagement", "decorators", "decoratorAutoAccessors"],
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A node as it is compared: its kind with all that is no node, and its children. */
export interface Tree {
  readonly kind: string;
  /** `undefined` for a name that is made up while it is printed. */
  readonly text: string | undefined;
  readonly position: number;
  readonly children: readonly Tree[];
}

/** @param isUnprinted whether the names that the printer makes up are still missing. */
export function readTree(compiler: typeof ts, root: ts.Node, isUnprinted = false): Tree {
  const { SyntaxKind, NodeFlags } = compiler;
  return read(root)!;

  function read(node: ts.Node): Tree | undefined {
    switch (node.kind) {
      case SyntaxKind.ParenthesizedExpression: // what they are for is shown by the tree they give
      case SyntaxKind.PartiallyEmittedExpression:
        return read((node as ts.ParenthesizedExpression).expression);
      case SyntaxKind.NotEmittedStatement:
        return undefined;
    }
    const children: Tree[] = [];
    const add = (child: ts.Node): void => {
      const tree = read(child);
      if (tree !== undefined) children.push(tree);
    };
    compiler.forEachChild(node, add);
    // `{ count }` is `{ count: Store.count }` where a namespace exports it.
    if (compiler.isShorthandPropertyAssignment(node)) children.splice(1, 0, children[0]!);
    return { kind: kindOf(node), text: textOf(node), position: node.pos, children };
  }

  function kindOf(node: ts.Node): string {
    const isShorthand = compiler.isShorthandPropertyAssignment(node);
    const facts: unknown[] = [isShorthand ? "PropertyAssignment" : SyntaxKind[node.kind]];
    if (node.flags & NodeFlags.OptionalChain) facts.push("of a chain");
    if (compiler.isVariableDeclarationList(node)) facts.push(node.flags & NodeFlags.BlockScoped);
    const { operator, keywordToken, token } = node as unknown as Partial<Record<string, ts.SyntaxKind>>;
    for (const fact of [operator, keywordToken, token]) if (fact !== undefined) facts.push(SyntaxKind[fact]);
    return facts.join(" ");
  }

  function textOf(node: ts.Node): string | undefined {
    if (isUnprinted && compiler.isMemberName(node) && isGenerated(node)) return undefined;
    return compiler.isSourceFile(node) ? "" : ((node as Partial<ts.Identifier>).text ?? "");
  }
}

/** Whether two trees are the same but for places. */
export function sameTree(one: Tree, other: Tree): boolean {
  return firstDifference(one, other) === undefined;
}

function isGenerated(node: ts.Node): boolean {
  return (node as { emitNode?: { autoGenerate?: unknown } }).emitNode?.autoGenerate !== undefined;
}

function firstDifference(meant: Tree, printed: Tree): { text: string; position: number } | undefined {
  const { position } = printed;
  // What a namespace exports is a property of it from the printer on.
  const isExported = meant.kind === "Identifier" && printed.kind === "PropertyAccessExpression";
  if (isExported) return firstDifference(meant, printed.children[1]!);
  if (meant.kind !== printed.kind) return { text: `${meant.kind} was printed as ${printed.kind}`, position };
  if (meant.text !== undefined && meant.text !== printed.text)
    return { text: `${meant.kind} "${meant.text}" was printed as "${printed.text}"`, position };
  for (const [index, child] of meant.children.entries()) {
    const other = printed.children[index];
    if (other === undefined) return { text: `${child.kind} was not printed in ${meant.kind}`, position };
    const difference = firstDifference(child, other);
    if (difference !== undefined) return difference;
  }
  const extra = printed.children[meant.children.length];
  return extra && { text: `${extra.kind} was printed in ${meant.kind}`, position: extra.position };
}

function linesAround(code: string, position: number): string {
  const line = code.slice(0, position).split("\n").length;
  return code
    .split("\n")
    .slice(Math.max(0, line - 4), line + 4)
    .join("\n");
}
