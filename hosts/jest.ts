import { createHash } from "node:crypto";
import { transform, type Transformed, type TransformOptions } from "../source/transform";
import { findTypeScript } from "../toolchain/load-typescript";
import { packageVersion } from "../toolchain/package-version";
import { composeResult, withInlineMap } from "./inline-map";
import { isTsJest, loadWrapped, type Processed, type Transformer, type Wrap } from "./jest/wrapped";
import { collectFindings } from "./loaders/findings";

/** The options of `ts-raii/jest`, which stand beside it in Jest's `transform`. */
export interface JestOptions extends Omit<TransformOptions, "onDiagnostic" | "typescript"> {
  /**
   * The transformer that does the rest, with its options: `"babel-jest"`, `["@swc/jest", { … }]`. By default the first that is
   * installed of `@swc/jest`, `ts-jest` and `babel-jest`.
   */
  readonly wrap?: Wrap | undefined;
}

/**
 * Makes a transformer that compiles raii, and hands the rest to another one.
 *
 * @throws {Error} when an option is wrong, or no transformer to wrap is installed.
 * @example
 * // jest.config.js
 * module.exports = { transform: { "\\.[jt]sx?$": ["ts-raii/jest", { wrap: "@swc/jest" }] } };
 */
export async function createTransformer({ wrap, ...options }: JestOptions = {}): Promise<Transformer> {
  transform("", "options.ts", options); // reads no text before it has read the options
  const wrapped = await loadWrapped(wrap, options);
  // The transformer of ts-jest checks types, so it is given the code as it was written, and compiles raii itself.
  if (isTsJest(wrapped)) return wrapped.transformer;
  return wrapTransformer(wrapped.transformer, wrapped.composesMaps, options);
}

type Process = (...args: readonly [string, string, ...any[]]) => Processed;
type ProcessAsync = (...args: readonly [string, string, ...any[]]) => Processed | Promise<Processed>;

/** @param composesMaps whether it takes a source map from the text, and instruments what that leads to. */
function wrapTransformer(inner: Transformer, composesMaps: boolean, options: TransformOptions): Transformer {
  const compile = (text: string, path: string): Transformed | undefined => {
    const findings = collectFindings("ts-raii/jest");
    const compiled = transform(text, path, { ...options, onDiagnostic: findings.add });
    findings.end(path);
    return compiled;
  };
  /** What the other transformer is given, and what is to be done to what it gives. */
  const prepare = (text: string, path: string) => {
    const compiled = compile(text, path);
    if (compiled === undefined) return { given: text, finish: (result: Processed) => result };
    if (composesMaps)
      return { given: withInlineMap(text, compiled, path), finish: (result: Processed) => result };
    return { given: compiled.code, finish: (result: Processed) => composeResult(result, compiled, path) };
  };
  const typescript = findTypeScript(process.cwd()).usable?.json.version;
  const own = JSON.stringify([packageVersion(), typescript, options]);
  const keyOf = (ofInner: string): string =>
    createHash("sha1").update(own).update("\0").update(ofInner).digest("hex");
  const plainKey = (text: string, path: string, given: unknown): string =>
    JSON.stringify([text, path, given]);
  return {
    ...(inner.canInstrument !== undefined && { canInstrument: inner.canInstrument }),
    getCacheKey: (...args) => keyOf((inner.getCacheKey ?? plainKey).call(inner, ...args) as string),
    getCacheKeyAsync: async (...args) =>
      keyOf(await (inner.getCacheKeyAsync ?? inner.getCacheKey ?? plainKey).call(inner, ...args)),
    ...(inner.process !== undefined && {
      process(text, path, ...rest) {
        const { given, finish } = prepare(text, path);
        return finish((inner.process as Process).call(inner, given, path, ...rest));
      },
    }),
    async processAsync(text, path, ...rest) {
      const { given, finish } = prepare(text, path);
      const process = (inner.processAsync ?? inner.process) as ProcessAsync;
      return finish(await process.call(inner, given, path, ...rest));
    },
  };
}
