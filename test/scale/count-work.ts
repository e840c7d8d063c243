import { join } from "node:path";
import ts from "typescript";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";
import type { Lowering } from "../harness/compile.ts";
import { createInMemoryHost } from "../harness/in-memory-host.ts";

/** What the work on a file takes, counted: the same on every machine. */
export interface Work {
  /** Steps of the transform itself: calls of the compiler's functions, and of maps and sets. */
  readonly transform: number;
  /** How often a name was looked for in the file's own when the names of emitted code were settled. */
  readonly names: number;
}

const counted = [
  [Set.prototype, ["has", "add"]],
  [Map.prototype, ["has", "get", "set"]],
  [Object.getPrototypeOf(new Set().values()), ["next"]],
  [Object.getPrototypeOf(new Map().entries()), ["next"]],
  [Array.prototype, ["push"]],
] as const satisfies readonly (readonly [object, readonly string[]])[];

/** Counts what `work` does with a compiler, and how often it asks a checker. */
function countSteps(
  work: (tsInstance: typeof ts, countCalls: <T extends object>(target: T) => T) => void,
): number {
  let steps = 0;
  const count = <F extends (...args: never[]) => unknown>(fn: F): F =>
    function (this: unknown, ...args: never[]) {
      steps++;
      return fn.apply(this, args);
    } as F;
  const countCalls = <T extends object>(target: T): T => {
    const functions = new Map<PropertyKey, unknown>();
    return new Proxy(target, {
      get(_, key) {
        const value: unknown = target[key as keyof T];
        if (typeof value !== "function") return value;
        if (!functions.has(key)) functions.set(key, count(value as () => unknown));
        return functions.get(key);
      },
    });
  };
  const originals = counted.flatMap(([prototype, keys]) =>
    keys.map((key) => {
      const holder = prototype as unknown as Record<string, () => unknown>;
      return { holder, key, original: holder[key]! };
    }),
  );
  for (const { holder, key, original } of originals) holder[key] = count(original);
  try {
    work(countCalls(ts), countCalls);
  } finally {
    for (const { holder, key, original } of originals) holder[key] = original;
  }
  return steps;
}

/** Compiles `source` and counts. */
export function countWork(source: string, lowering: Lowering): Work {
  let transform = 0;
  let names = 0;
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) => {
    const { identifiers } = sourceFile as unknown as { identifiers: Map<string, string> };
    const options = parseOptions({ lowering }, () => {});
    let transformed = sourceFile;
    transform = countSteps((tsInstance) => {
      transformed = transformSourceFile({ tsInstance, context, options, report: () => {} }, sourceFile);
    });
    const has = identifiers.has.bind(identifiers);
    identifiers.has = (name) => {
      names++;
      return has(name);
    };
    return transformed;
  };
  ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    transformers: { before: [before] },
  });
  return { transform, names };
}

const root = join(import.meta.dirname, "../..");
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  paths: { "ts-raii": [join(root, "runtime/index.ts")] },
};
/** Checks `source` by all rules, and counts their steps and what they ask the checker. */
export function countRules(source: string): number {
  const name = join(root, "test/scale/in-memory.ts");
  const program = ts.createProgram([name], options, createInMemoryHost(new Map([[name, source]]), options));
  const sourceFile = program.getSourceFile(name)!;
  const checker = program.getTypeChecker();
  return countSteps((tsInstance, countCalls) =>
    analyzeFile({
      tsInstance,
      sourceFile,
      checker: countCalls(checker),
      options: parseOptions({}, () => {}),
      onInternalError: (error) => {
        throw error;
      },
    }).findings(),
  );
}
