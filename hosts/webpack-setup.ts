import { createHash } from "node:crypto";
import { findLeftovers } from "./find-leftovers";
import { leftoverReport } from "./leftover-report";
import { matches } from "./matches";
import type { ParsedOptions } from "./parse-options";
import { reportText } from "./report";

/** What was compiled with other options, or by another version, is compiled again: their cache knows nothing of either. */
export function addToCacheKey(compiler: any, cacheKey: string): void {
  const hash = createHash("sha256").update(cacheKey).digest("hex").slice(0, 16);
  // Rspack 1 has it among the experiments.
  for (const cache of [compiler.options.cache, compiler.options.experiments?.cache])
    if (["filesystem", "persistent"].includes(cache?.type))
      cache.version = [cache.version, `ts-raii-${hash}`].filter(Boolean).join("|");
}

/** Reads the text of each module as all loaders have left it, and fails the build where a marker is called. */
export function checkModules(compiler: any, { importSources, filter, compile }: ParsedOptions): void {
  const { WebpackError = Error } = compiler.webpack ?? {};
  compiler.hooks.compilation.tap("ts-raii", (compilation: any) => {
    compilation.hooks.finishModules.tap("ts-raii", (modules: Iterable<any>) => {
      for (const module of modules) {
        if (!module.type?.startsWith("javascript") || module.getNumberOfErrors?.() > 0) continue;
        const source = module.originalSource?.();
        const text: string | undefined = source?.source().toString();
        if (text === undefined) continue;
        const id: string = module.resource ?? module.identifier();
        const path = id.replace(/[?#].*$/s, "");
        const reason = matches(filter, path) ? "loaded-otherwise" : "not-included";
        for (const leftover of findLeftovers(text, path, importSources, compile.typescript)) {
          const report = leftoverReport(leftover, reason, path, text, source.map?.());
          compilation.errors.push(Object.assign(new WebpackError(reportText(report)), { module }));
        }
      }
    });
  });
}
