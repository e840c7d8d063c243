import ts from "typescript";
import { parseOptions } from "../../transformer/options.ts";
import { transformSourceFile } from "../../transformer/transform-source-file.ts";
import type { Lowering } from "../harness/compile.ts";

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

/** Compiles `source` and counts. */
export function countWork(source: string, lowering: Lowering): Work {
  let steps = 0;
  let names = 0;
  const count = <F extends (...args: never[]) => unknown>(fn: F): F =>
    function (this: unknown, ...args: never[]) {
      steps++;
      return fn.apply(this, args);
    } as F;
  const functions = new Map<string, unknown>();
  const tsInstance = new Proxy(ts, {
    get(target, key: keyof typeof ts & string) {
      const value: unknown = target[key];
      if (typeof value !== "function") return value;
      if (!functions.has(key)) functions.set(key, count(value as () => unknown));
      return functions.get(key);
    },
  });

  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) => {
    const { identifiers } = sourceFile as unknown as { identifiers: Map<string, string> };
    const originals = counted.flatMap(([prototype, keys]) =>
      keys.map((key) => {
        const holder = prototype as unknown as Record<string, () => unknown>;
        return { holder, key, original: holder[key]! };
      }),
    );
    for (const { holder, key, original } of originals) holder[key] = count(original);
    try {
      const options = parseOptions({ lowering }, () => {});
      return transformSourceFile({ tsInstance, context, options, report: () => {} }, sourceFile);
    } finally {
      for (const { holder, key, original } of originals) holder[key] = original;
      const has = identifiers.has.bind(identifiers);
      identifiers.has = (name) => {
        names++;
        return has(name);
      };
    }
  };
  ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    transformers: { before: [before] },
  });
  return { transform: steps, names };
}
