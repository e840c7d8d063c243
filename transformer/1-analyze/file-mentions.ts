import type ts from "typescript";
import { isOwnName } from "../syntax/is-own-name";

/** Where in a file each name is mentioned. Over-estimated (a type counts, a shadowed name counts), never missed. */
export interface FileMentions {
  /** Something declares a `Symbol` or an `Object` of its own, or a direct `eval` may name anything. */
  readonly isUnclear: boolean;
  /** How many mentions come before a statement of a function. They are counted from somewhere before the function. */
  readonly before: (statement: ts.Statement, fn: ts.Node) => number;
  /** The numbers of each name's mentions, ascending. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

/**
 * Whether a text may be unclear. A name that is declared has no member behind it, that of a namespace excepted, and `\u0065val`
 * is `eval`.
 */
const mayBeUnclear =
  /\beval\b|\b(?:Symbol|Object)\b(?!\s*\.\s*\w)|\b(?:namespace|module)\b[^{;]*\b(?:Symbol|Object)\b|\\u/;

/**
 * Numbers the mentions of names in the order of the text: those in the functions that it is asked about. The rest of a file
 * is most of it.
 *
 * @param namesOfJsx what JSX mentions without saying so; `undefined`: it can be any name.
 */
export function findMentions(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  namesOfJsx: readonly string[] | undefined,
): FileMentions {
  const before = new Map<ts.Node, number>();
  const numbers = new Map<string, number[]>();
  /** Without recursion: an expression can be thousands deep. */
  const pending: ts.Node[] = [];
  let count = 0;
  let declaresGlobal = false;
  const isParsed = tsInstance.getOriginalNode(sourceFile) === sourceFile;
  const note = (name: string): void => {
    const found = numbers.get(name);
    if (found === undefined) numbers.set(name, [count]);
    else found.push(count);
    count++;
  };
  if (!isParsed || namesOfJsx === undefined || mayBeUnclear.test(sourceFile.text)) number(sourceFile);
  const isUnclear = declaresGlobal || numbers.has("eval");
  return {
    isUnclear,
    numbers,
    before(statement, fn) {
      if (!before.has(statement)) number(fn);
      return before.get(statement)!;
    },
  };

  function number(root: ts.Node): void {
    pending.push(root);
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (tsInstance.isIdentifier(node)) note(node.text);
      else if (node.kind > tsInstance.SyntaxKind.LastToken) visitInside(node);
    }
  }

  function visitInside(node: ts.Node): void {
    if (tsInstance.isStatement(node)) before.set(node, count);
    if (
      tsInstance.isJsxOpeningElement(node) ||
      tsInstance.isJsxSelfClosingElement(node) ||
      tsInstance.isJsxOpeningFragment(node)
    )
      (namesOfJsx ?? ["eval"]).forEach(note);
    const first = pending.length;
    tsInstance.forEachChild(node, (child) => {
      if (isOwnName(tsInstance, node, child)) {
        if (tsInstance.isPropertyAccessExpression(node)) return;
        declaresGlobal ||= /^(?:Symbol|Object)$/.test((child as ts.Identifier).text);
        // A second declaration of an enum, a class or a function means the first one, too.
        if (!tsInstance.isDeclarationStatement(node)) return;
      }
      pending.push(child);
    });
    pending.splice(first, Infinity, ...pending.slice(first).reverse());
  }
}

/** Whether a name is mentioned behind the first `from` mentions of the file and not behind the first `to`. */
export function isMentioned({ numbers }: FileMentions, name: string, from: number, to: number): boolean {
  const found = numbers.get(name) ?? [];
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low < found.length && found[low]! < to;
}
