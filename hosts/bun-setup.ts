import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { compileModule } from "./compile-module";
import { findLeftovers } from "./find-leftovers";
import { withInlineMap } from "./inline-map";
import { leftoverReport } from "./leftover-report";
import { matches } from "./matches";
import type { ParsedOptions } from "./parse-options";
import { isNotEmpty, joinReports, type Report, reportText } from "./report";

/**
 * Bun, too, hands a module to the first plugin that takes it. Whether this one has seen a module is asked when the module's
 * import of ts-raii is resolved.
 */
export function bunSetup(build: any, parsed: ParsedOptions): void {
  const { importSources, filter, compile } = parsed;
  const seen = new Set<string>();
  const fail = (reports: readonly Report[]): void => {
    if (isNotEmpty(reports)) throw new Error(reportText(joinReports(reports)));
  };

  build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }: { path: string }) => {
    if (!matches(filter, path)) return undefined;
    const text = readFileSync(path, "utf8");
    if (!text.includes(importSources[0]!)) return undefined;
    seen.add(path);
    const { result, errors, warnings } = compileModule(text, path, parsed);
    fail(errors);
    for (const warning of warnings) console.warn(reportText(warning));
    if (result === undefined) return undefined;
    return { contents: withInlineMap(text, result, path), loader: extname(path).replace(/^\.[cm]?/, "") };
  });

  const isSource = new RegExp(`^(${importSources.map((each) => each.replace(/\W/g, "\\$&")).join("|")})$`);
  build.onResolve({ filter: isSource }, ({ importer }: { importer: string }) => {
    if (seen.has(importer)) return undefined;
    seen.add(importer);
    const text = readFileSync(importer, "utf8");
    const reason = matches(filter, importer) ? "taken-first" : "not-included";
    const leftovers = findLeftovers(text, importer, importSources, compile.typescript);
    fail(leftovers.map((each) => leftoverReport(each, reason, importer, text)));
    return undefined;
  });
}
