import { join } from "node:path";
import ts from "typescript";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";
import type { Lowering } from "./compile.ts";
import { createInMemoryHost } from "./in-memory-host.ts";

/** What there is to import. */
const modules = `
declare module "ts-raii" { export function raii(resource: any): any; }
declare module "node:events" { export class EventEmitter { on(): void; } }
declare module "node:url" { export class URL { href: string; } }
`;

interface EmitOptions {
  readonly compiler?: typeof ts;
  readonly options: ts.CompilerOptions;
  /** Without it, TypeScript's own emit alone. */
  readonly lowering?: Lowering;
}

/** Emits modules from one Program, as `tspc` does: the compiler knows the types, and what each name means. */
export function emitProgram(
  sources: readonly string[],
  { compiler = ts, options, lowering }: EmitOptions,
): string[] {
  const folder = join(import.meta.dirname, "in-memory");
  const files = new Map(sources.map((source, index) => [join(folder, `module${index}.ts`), source]));
  files.set(join(folder, "modules.d.ts"), modules);
  const all: ts.CompilerOptions = {
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
    types: [],
    noEmitOnError: false,
    ...options,
  };
  const host = createInMemoryHost(files, all, compiler);
  const program = compiler.createProgram({ rootNames: [...files.keys()], options: all, host });
  const emitted = new Map<string, string>();
  program.emit(undefined, (name, text) => void emitted.set(name, text), undefined, false, {
    before: lowering === undefined ? [] : [loweringOf(program, lowering, compiler)],
  });
  return sources.map((_, index) => emitted.get(join(folder, `module${index}.js`))!);
}

/** The transform over a Program; what it finds fails the test, but for an annotation that is not needed. */
export function loweringOf(
  program: ts.Program,
  lowering: Lowering,
  compiler = ts,
): ts.TransformerFactory<ts.SourceFile> {
  const options = parseOptions({ lowering }, fail);
  const checker = program.getTypeChecker();
  return (context) => (sourceFile) =>
    transformSourceFile({ tsInstance: compiler, context, options, checker, report: fail }, sourceFile);
}

function fail({ key, args }: { readonly key: string; readonly args: readonly string[] }): void {
  if (key !== "annotated-without-raii") throw new Error(`${key}: ${args.join()}`);
}
