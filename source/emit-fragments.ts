import { decode, type SourceMapMappings } from "@jridgewell/sourcemap-codec";
import type ts from "typescript";
import type { Fragment } from "./layout";

/** What a compiler has printed. */
export interface Emitted {
  readonly text: string;
  /** By line, as in a source map. */
  readonly mappings: SourceMapMappings;
}

const emitters = new WeakMap<typeof ts, ts.Program>();

/**
 * A program that holds an empty file. Its emit prints whatever a transformer gives it, with the map of what stands where, and
 * this is how a compiler is asked for both. It is made once: each file that is compiled needs the printer and nothing else.
 */
function emitterOf(tsInstance: typeof ts): ts.Program {
  const known = emitters.get(tsInstance);
  if (known !== undefined) return known;
  const { ESNext } = tsInstance.ScriptTarget;
  const options: ts.CompilerOptions = {
    target: ESNext,
    module: tsInstance.ModuleKind.ESNext,
    moduleResolution: tsInstance.ModuleResolutionKind.Bundler,
    jsx: tsInstance.JsxEmit.Preserve,
    newLine: tsInstance.NewLineKind.LineFeed,
    sourceMap: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    noCheck: true,
    noLib: true,
    noResolve: true,
    types: [],
  };
  const name = "raii.ts";
  const file = tsInstance.createSourceFile(name, "", ESNext);
  const program = tsInstance.createProgram([name], options, {
    getSourceFile: (fileName) => (fileName === name ? file : undefined),
    writeFile: () => {},
    getDefaultLibFileName: () => "lib.d.ts",
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (fileName) => fileName,
    getCurrentDirectory: () => "",
    getNewLine: () => "\n",
    fileExists: (fileName) => fileName === name,
    readFile: () => undefined,
    directoryExists: () => true,
    getDirectories: () => [],
  });
  emitters.set(tsInstance, program);
  return program;
}

/** Whether a file cannot be parsed, also as what its name says it is: types in JavaScript are an error, too. */
export function hasSyntaxErrors(tsInstance: typeof ts, sourceFile: ts.SourceFile): boolean {
  return emitterOf(tsInstance).getSyntacticDiagnostics(sourceFile).length > 0;
}

/**
 * Prints fragments of a file.
 *
 * @param plan is given what a transformer is given, and says what to print: nodes of `sourceFile`, and others. `undefined`
 *   ends it.
 * @param delimiter a name that occurs in none of them. It stands before each, on a line of its own.
 * @returns what was printed; `undefined` where there was nothing to print.
 */
export function emitFragments(
  tsInstance: typeof ts,
  plan: (context: ts.TransformationContext) =>
    | {
        readonly sourceFile: ts.SourceFile;
        readonly fragments: readonly Fragment[];
        readonly delimiter: string;
      }
    | undefined,
): Emitted | undefined {
  let isPlanned = false;
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (empty) => {
    const { factory } = context;
    const planned = plan(context);
    if (planned === undefined) return empty;
    isPlanned = true;
    const { sourceFile, fragments, delimiter } = planned;
    const name = (): ts.Statement => factory.createExpressionStatement(factory.createIdentifier(delimiter));
    const statements = fragments.flatMap((fragment) => [name(), ...fragment.statements]);
    // With the place of the list the printer writes the comments that begin the file.
    const list = factory.createNodeArray([...statements, name()]);
    return factory.updateSourceFile(sourceFile, tsInstance.setTextRange(list, sourceFile.statements));
  };
  let text: string | undefined;
  let map: string | undefined;
  emitterOf(tsInstance).emit(
    undefined,
    (fileName, content) => {
      if (fileName.endsWith(".map")) map = content;
      else text = content;
    },
    undefined,
    undefined,
    { before: [before] },
  );
  if (!isPlanned || text === undefined || map === undefined) return undefined;
  return { text, mappings: decode((JSON.parse(map) as { mappings: string }).mappings) };
}
