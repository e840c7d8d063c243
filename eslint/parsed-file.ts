import { createRequire } from "node:module";
import { join } from "node:path";
import type { SourceCode } from "eslint";
import type ts from "typescript";
import { loadTypeScript } from "../toolchain/load-typescript";
import { ToolchainError } from "../toolchain/toolchain-error";
import { tellOnce } from "./tell-once";

/** A file as TypeScript has parsed it. Its text is that which ESLint has. */
export interface ParsedFile {
  /** The one that made the nodes: those of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  /** `undefined` without type information. */
  readonly program: ts.Program | undefined;
}

/** What typescript-eslint's parser hands to rules. */
interface Services {
  /** `null` without type information. */
  readonly program?: ts.Program | null;
  readonly esTreeNodeToTSNodeMap?: { get(node: unknown): ts.Node | undefined };
}

/**
 * The file that typescript-eslint has parsed, with its Program where there is type information; what another parser has read is
 * parsed anew.
 *
 * @param cwd where a TypeScript is looked for, if none has parsed the file.
 * @returns `undefined` where there is none, or where ESLint sees another text, as in the components of frameworks.
 */
export function parsedFile(sourceCode: SourceCode, fileName: string, cwd: string): ParsedFile | undefined {
  const { program, esTreeNodeToTSNodeMap } = sourceCode.parserServices as Services;
  const sourceFile = esTreeNodeToTSNodeMap?.get(sourceCode.ast) as ts.SourceFile | undefined;
  const tsInstance = sourceFile && loadedTypeScript(sourceFile, cwd);
  if (tsInstance === undefined) return parseAnew(sourceCode.text, fileName, cwd);
  return sourceFile!.text === sourceCode.text
    ? { tsInstance, sourceFile: sourceFile!, program: program ?? undefined }
    : undefined;
}

const known = new WeakMap<object, typeof ts>();

/** The TypeScript that has made a node. The parser has loaded it, from wherever its package manager has put it. */
function loadedTypeScript(sourceFile: ts.SourceFile, cwd: string): typeof ts | undefined {
  const maker = sourceFile.constructor;
  const found = known.get(maker);
  if (found !== undefined) return found;
  const { cache } = createRequire(join(cwd, "package.json"));
  for (const [path, module] of Object.entries(cache)) {
    if (!/[\\/]typescript\.js$/.test(path)) continue;
    const compiler = module?.exports as typeof ts | undefined;
    if (typeof compiler?.createSourceFile !== "function") continue;
    if (compiler.createSourceFile("a.ts", "", compiler.ScriptTarget.ESNext).constructor !== maker) continue;
    known.set(maker, compiler);
    return compiler;
  }
  tellOnce("The TypeScript that the parser uses was not found: only the rules run that need no types.");
  return undefined;
}

function parseAnew(text: string, fileName: string, cwd: string): ParsedFile | undefined {
  try {
    const tsInstance = loadTypeScript(cwd, __dirname);
    const { ScriptTarget, ScriptKind } = tsInstance;
    // Scripts may hold JSX whatever their name says.
    const kind = /\.[cm]?jsx?$/.test(fileName) ? ScriptKind.JSX : undefined;
    const sourceFile = tsInstance.createSourceFile(fileName, text, ScriptTarget.ESNext, true, kind);
    return { tsInstance, sourceFile, program: undefined };
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    tellOnce(error.message);
    return undefined;
  }
}
