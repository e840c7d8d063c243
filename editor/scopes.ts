import type ts from "typescript";
import type { Held } from "../transformer/flow/held";
import type { Move } from "../transformer/flow/moves";
import { analyzedFile, type ProjectFile } from "./analyzed-files";
import type { EditorProject } from "./editor-project";

/** What one scope holds. */
export interface HeldScope {
  readonly node: ts.Node;
  /** When it ends: "at the end of this block". */
  readonly end: string;
  /** The place of its closing brace; `undefined` where it has none. */
  readonly brace: number | undefined;
  /** What it releases, in that order. */
  readonly releases: readonly Held[];
  /** What of it is moved before, where that is certain to be it, and so may be released by somebody else. */
  readonly moves: ReadonlyMap<Held, Move>;
}

/** A file and its scopes that release anything, in the order of the text. */
export interface FileScopes {
  readonly sourceFile: ts.SourceFile;
  readonly scopes: readonly HeldScope[];
}

const known = new WeakMap<ProjectFile, FileScopes>();

/** The scopes of a file. Of a function that is not compiled there are none. */
export function scopesOf(project: EditorProject, fileName: string): FileScopes | undefined {
  const file = analyzedFile(project, fileName);
  if (file === undefined) return undefined;
  let found = known.get(file);
  if (found === undefined) known.set(file, (found = findScopes(project.tsInstance, file)));
  return found;
}

function findScopes(tsInstance: typeof ts, { sourceFile, analysis, flow }: ProjectFile): FileScopes {
  const { held, moves } = (analysis && flow()) ?? { held: [], moves: [] };
  const rejected = new Set<ts.Node>();
  for (const { node, obstacles } of analysis?.model.functions ?? [])
    if (obstacles.length > 0) rejected.add(node);
  const isCompiled = ({ fn }: Held | Move): boolean => !rejected.has(fn);
  const scopes = groupByScope(tsInstance, sourceFile, held.filter(isCompiled), moves.filter(isCompiled));
  return { sourceFile, scopes };
}

function groupByScope(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  held: readonly Held[],
  moves: readonly Move[],
): readonly HeldScope[] {
  const moveOf = new Map<Held, Move>();
  for (const move of [...moves].reverse()) if (move.held.length === 1) moveOf.set(move.held[0]!, move);
  const groups = new Map<ts.Node, Held[]>();
  for (const each of held) {
    const group = groups.get(each.scope);
    if (group === undefined) groups.set(each.scope, [each]);
    else group.push(each);
  }
  return [...groups]
    .map(([node, acquired]) => ({
      node,
      end: describeEnd(tsInstance, acquired[0]!),
      // Half-typed code ends without its brace.
      brace:
        !tsInstance.isSourceFile(node) && sourceFile.text[node.end - 1] === "}" ? node.end - 1 : undefined,
      releases: acquired.reverse(),
      moves: moveOf,
    }))
    .sort((a, b) => a.node.pos - b.node.pos);
}

/** When the scope of an acquisition ends. */
function describeEnd(tsInstance: typeof ts, { scope, fn, node }: Held): string {
  if (tsInstance.isSourceFile(scope)) return "at the end of the module";
  if (!tsInstance.isSourceFile(fn) && scope === fn.body) {
    const isGenerator = "asteriskToken" in fn && fn.asteriskToken !== undefined;
    if (isGenerator) return "when the generator ends or is closed";
    return `when the ${tsInstance.isConstructorDeclaration(fn) ? "constructor" : "function"} returns`;
  }
  if (tsInstance.isForOfStatement(scope) && tsInstance.isVariableDeclaration(node))
    return "at the end of each iteration";
  if (
    tsInstance.isForStatement(scope) ||
    tsInstance.isForInStatement(scope) ||
    tsInstance.isForOfStatement(scope)
  )
    return "at the end of the loop";
  if (tsInstance.isCaseBlock(scope)) return "at the end of the switch";
  const { parent } = scope;
  if (tsInstance.isIterationStatement(parent, false)) return "at the end of each iteration";
  return "at the end of this block";
}
