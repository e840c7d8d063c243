import { join } from "node:path";
import ts from "typescript";
import { fromUsing } from "../../cli/migrate/from-using.ts";
import { migrateFile } from "../../cli/migrate/migrate-files.ts";
import { toUsing } from "../../cli/migrate/to-using.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { applyEdits } from "../../transformer/fixes/select-edits.ts";
import { createInMemoryHost } from "./in-memory-host.ts";

const root = join(import.meta.dirname, "../..");

export interface MigratedText {
  readonly text: string;
  readonly count: number;
  /** A line and the beginning of the reason for each that is left. */
  readonly left: readonly string[];
}

/** Rewrites one text as `ts-raii migrate using` does, with the types that it has. @param path of a folder that is there. */
export function migrateText(
  source: string,
  direction: "forward" | "back",
  compiler: typeof ts = ts,
  path = "fixtures/exec/using/migrated.ts",
): MigratedText {
  const fileName = join(root, path);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
    types: [],
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    paths: { "ts-raii": [join(root, "runtime/index.ts")] },
  };
  const host = createInMemoryHost(new Map([[fileName, source]]), options, compiler);
  const program = compiler.createProgram({ rootNames: [fileName], options, host });
  const migrate = direction === "forward" ? fromUsing : toUsing;
  const sourceFile = program.getSourceFile(fileName)!;
  const migration = migrateFile(
    compiler,
    program,
    sourceFile,
    parseOptions({}, () => {}),
    migrate,
  );
  if (migration === undefined) return { text: source, count: 0, left: [] };
  const { edits, count, left } = migration;
  const lineOf = (node: ts.Node): number =>
    sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1;
  return {
    text: applyEdits(source, edits),
    count,
    left: left.map(({ node, why }) => `${lineOf(node)}: ${why}`),
  };
}
