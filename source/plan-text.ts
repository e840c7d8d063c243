import type ts from "typescript";
import { lacksSemicolon } from "./lacks-semicolon";
import type { Fragment, Layout, Part, SourcePart, TextPlan } from "./layout";
import { punchHoles } from "./punch-holes";
import { isParsed, type TextPlanning } from "./text-planning";

/** Replaces a part of the source. */
interface Edit {
  readonly pos: number;
  readonly end: number;
  readonly parts: Layout;
}

// given:    function copy(from: string) { "use raii"; … }         the text, and what the lowering made of its tree
// produces: function copy(from: string) ①②                        the text, with two fragments in it
//           ① { return raii.drive(copy_program(from)).end(); }    printed, in the place of the body
//           ② function* copy_program(from) { ③ }                  printed, behind the function
//           ③ …                                                   a hole: the text of the body
/**
 * Compares a file with what became of it. What is the same stays text. Where a node differs in some of its children only,
 * those are replaced in its text. All else is a fragment, to be printed.
 *
 * @param sourceFile as it was parsed, with parents.
 * @param lowered what the lowering made of it.
 */
export function planText(
  tsInstance: typeof ts,
  context: ts.TransformationContext,
  sourceFile: ts.SourceFile,
  lowered: ts.SourceFile,
): TextPlan {
  let prefix = "raii_text_";
  while (sourceFile.text.includes(prefix)) prefix += "_";
  const planning: TextPlanning = { tsInstance, context, sourceFile, prefix, fragments: [], holes: [] };
  const edits = editsOf(planning, sourceFile, lowered)!;
  const { fragments, holes } = planning;
  return {
    layout: applyEdits(edits, 0, sourceFile.text.length),
    fragments,
    holes,
    prefix,
    delimiter: `${prefix}next`,
  };
}

/** The text of a node that was lowered; `undefined` where it has to be printed. */
export function layoutOf(planning: TextPlanning, node: ts.Node): Layout | undefined {
  const { sourceFile, tsInstance } = planning;
  const original = tsInstance.getOriginalNode(node);
  if (!isParsed(original)) return undefined;
  const start = original.getStart(sourceFile);
  if (original === node) return [{ kind: "source", pos: start, end: node.end }];
  if (!isAlike(tsInstance, original, node)) return undefined;
  const edits = editsOf(planning, original, node);
  return edits && applyEdits(edits, start, original.end);
}

function applyEdits(edits: readonly Edit[], pos: number, end: number): Layout {
  const parts: Part[] = [];
  let last = pos;
  for (const edit of [...edits].sort((a, b) => a.pos - b.pos)) {
    if (edit.pos > last) parts.push({ kind: "source", pos: last, end: edit.pos });
    // A statement begins here, though not with its own text.
    else if (edit.pos === pos && edit.parts[0]?.kind !== "source") parts.push({ kind: "mark", source: pos });
    parts.push(...edit.parts);
    last = edit.end;
  }
  if (end > last) parts.push({ kind: "source", pos: last, end });
  return parts;
}

/** Whether two nodes are the same but for their children. */
function isAlike(tsInstance: typeof ts, a: ts.Node, b: ts.Node): boolean {
  if (a.kind !== b.kind || a.kind <= tsInstance.SyntaxKind.LastToken) return false;
  if (tsInstance.isVariableDeclarationList(a)) {
    const { BlockScoped } = tsInstance.NodeFlags;
    return (a.flags & BlockScoped) === (b.flags & BlockScoped);
  }
  return true;
}

type Child = ts.Node | ts.NodeArray<ts.Node>;

function childrenOf(tsInstance: typeof ts, node: ts.Node): Child[] {
  const children: Child[] = [];
  tsInstance.forEachChild(
    node,
    (child) => void children.push(child),
    (list) => void children.push(list),
  );
  return children;
}

const isList = (child: Child): child is ts.NodeArray<ts.Node> => Array.isArray(child);

/** What makes the text of `original` that of `updated`; `undefined` where they differ in more than their children. */
function editsOf(planning: TextPlanning, original: ts.Node, updated: ts.Node): Edit[] | undefined {
  const { fragments, holes, tsInstance } = planning;
  const [before, after] = [childrenOf(tsInstance, original), childrenOf(tsInstance, updated)];
  if (before.length !== after.length) return undefined;
  const [fragmentCount, holeCount] = [fragments.length, holes.length];
  const all: Edit[] = [];
  for (const [index, child] of before.entries()) {
    const edits = editsOfChild(planning, original, child, after[index]!);
    if (edits === undefined) {
      // Nobody will ask for what was planned on the way.
      fragments.length = fragmentCount;
      holes.length = holeCount;
      return undefined;
    }
    all.push(...edits);
  }
  return all;
}

function editsOfChild(
  planning: TextPlanning,
  parent: ts.Node,
  before: Child,
  after: Child,
): Edit[] | undefined {
  if (before === after) return [];
  if (isList(before) !== isList(after)) return undefined;
  if (!isList(before)) return editsOfNode(planning, parent, before, after as ts.Node);
  const list = after as ts.NodeArray<ts.Node>;
  if (isSequence(planning, parent, before)) return editsOfSequence(planning, before, list);
  if (before.length !== list.length) return undefined;
  const edits = before.map((node, index) => editsOfNode(planning, parent, node, list[index]!));
  return edits.every((each) => each !== undefined) ? edits.flat() : undefined;
}

function editsOfNode(
  planning: TextPlanning,
  parent: ts.Node,
  before: ts.Node,
  after: ts.Node,
): Edit[] | undefined {
  const { sourceFile, tsInstance } = planning;
  if (before === after) return [];
  if (tsInstance.getOriginalNode(after) === before && isAlike(tsInstance, before, after)) {
    const edits = editsOf(planning, before, after);
    if (edits !== undefined) return edits;
  }
  const fragment = fragmentFor(planning, parent, before, after);
  if (fragment === undefined) return undefined;
  return [{ pos: before.getStart(sourceFile), end: before.end, parts: [addFragment(planning, fragment)] }];
}

/** A node that stands alone in its place. The comments around it are the text's. */
function fragmentFor(
  planning: TextPlanning,
  parent: ts.Node,
  before: ts.Node,
  after: ts.Node,
): Fragment | undefined {
  const { context, prefix, tsInstance } = planning;
  const { factory } = context;
  if (tsInstance.isFunctionLike(parent) && (parent as ts.FunctionLikeDeclaration).body === before) {
    if (tsInstance.isBlock(after)) {
      const punched = factory.createFunctionDeclaration(
        undefined,
        undefined,
        prefix,
        undefined,
        [],
        undefined,
        after,
      );
      return {
        statements: [punchHoles(planning, punched, layoutOf)],
        wrapper: [`function ${prefix}() `, ""],
      };
    }
  } else if (!tsInstance.isExpression(before) && !tsInstance.isBindingName(before)) return undefined;
  if (!tsInstance.isExpression(after) || tsInstance.isJsxChild(before)) return undefined;
  // Behind this keyword the printer adds neither parentheses nor comments.
  const statement = punchHoles(planning, factory.createThrowStatement(after), layoutOf);
  tsInstance.setCommentRange(statement, before);
  const { NoLeadingComments, NoTrailingComments } = tsInstance.EmitFlags;
  tsInstance.setEmitFlags(statement, NoLeadingComments | NoTrailingComments);
  return { statements: [statement], wrapper: ["throw ", ";"] };
}

function addFragment({ fragments }: TextPlanning, fragment: Fragment): Part {
  fragments.push(fragment);
  return { kind: "fragment", index: fragments.length - 1 };
}

/** Whether the elements of a list stand by themselves, so that some can be added and left out. */
function isSequence({ tsInstance }: TextPlanning, parent: ts.Node, list: ts.NodeArray<ts.Node>): boolean {
  if (tsInstance.isClassLike(parent)) return list === parent.members;
  return (
    (tsInstance.isSourceFile(parent) ||
      tsInstance.isBlock(parent) ||
      tsInstance.isModuleBlock(parent) ||
      tsInstance.isCaseOrDefaultClause(parent)) &&
    list === parent.statements
  );
}

// Each element of a sequence has the comments before it and those behind it on its line. Whoever writes the element, the
// text or the printer, writes them.
function editsOfSequence(
  planning: TextPlanning,
  before: ts.NodeArray<ts.Node>,
  after: ts.NodeArray<ts.Node>,
): Edit[] {
  const { context, prefix, sourceFile, tsInstance } = planning;
  const { factory } = context;
  const { text } = sourceFile;
  /** The comments behind a place, on its line. */
  const commentsAt = (pos: number): SourcePart => {
    const last = tsInstance.getTrailingCommentRanges(text, pos)?.at(-1);
    const endsInComment = last?.kind === tsInstance.SyntaxKind.SingleLineCommentTrivia;
    return { kind: "source", pos, end: last?.end ?? pos, endsInComment };
  };
  // What stands behind an opening brace, on its line, belongs to the brace; or to a directive that is gone, and is printed.
  const isOfDirective = after[0]?.kind === tsInstance.SyntaxKind.NotEmittedStatement;
  const atStart: SourcePart =
    before.pos === 0 || isOfDirective
      ? { kind: "source", pos: before.pos, end: before.pos }
      : commentsAt(before.pos);
  const endOf = (node: ts.Node | undefined): number =>
    node === undefined ? atStart.end : commentsAt(node.end).end;
  const parts: Part[] = atStart.end > atStart.pos ? [atStart] : [];
  let printed: ts.Node[] = [];
  let next = 0; // of the elements that are not yet accounted for
  for (const node of after) {
    const index = before.indexOf(tsInstance.getOriginalNode(node), next);
    const layout = index < 0 ? undefined : layoutOf(planning, node);
    if (layout === undefined) {
      printed.push(node);
      continue;
    }
    print();
    next = index + 1;
    const element = before[index]!;
    parts.push({ kind: "source", pos: endOf(before[index - 1]), end: element.getStart(sourceFile) });
    parts.push(...layout, commentsAt(element.end));
  }
  print();
  return [{ pos: atStart.pos, end: endOf(before.at(-1)), parts }];

  function print(): void {
    if (printed.length === 0) return;
    const isOfClass =
      tsInstance.isClassElement(printed[0]!) ||
      (before[0]?.parent !== undefined && tsInstance.isClassLike(before[0].parent));
    const nodes = printed;
    printed = [];
    const last = parts.length > 0 ? before[next - 1] : undefined;
    parts.push({
      kind: "separator",
      text: last && lacksSemicolon(tsInstance, text, last) ? ";" : "",
      endsLine: before.pos > 0 || parts.length > 0,
    });
    const fragment = isOfClass
      ? {
          statements: [
            factory.createClassDeclaration(
              undefined,
              prefix,
              undefined,
              undefined,
              nodes.map((node) => punchHoles(planning, node as ts.ClassElement, layoutOf)),
            ),
          ],
          wrapper: [`class ${prefix} {`, "}"] as const,
        }
      : {
          statements: nodes.map((node) => punchHoles(planning, node as ts.Statement, layoutOf)),
          wrapper: ["", ""] as const,
        };
    parts.push(addFragment(planning, fragment));
  }
}
