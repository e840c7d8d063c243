import { createUnplugin, type UnpluginContextMeta, type UnpluginOptions } from "unplugin";
import { packageVersion } from "../toolchain/package-version";
import { bunSetup } from "./bun-setup";
import { compileModule } from "./compile-module";
import { esbuildSetup } from "./esbuild-setup";
import { cannotBeParsed, findLeftovers } from "./find-leftovers";
import { leftoverReport } from "./leftover-report";
import { matches } from "./matches";
import type { HostPlugin, Options } from "./options";
import { type ParsedOptions, parseOptions } from "./parse-options";
import { isNotEmpty, joinReports, type Report, reportText, rollupLog } from "./report";
import { servedSources, type ServerContext } from "./served-sources";
import { optimizerOptions } from "./vite-optimizer";
import { addToCacheKey, checkModules } from "./webpack-setup";

const name = "ts-raii";

/** What Rollup's kind of hosts know, wherever the plugin stands in the list. */
const first = { order: "pre" };
const last = { order: "post" };

/** The one plugin of which each bundler's entry is a face. */
export const plugin = createUnplugin<Options | undefined, boolean>((options, meta) => {
  const parsed = parseOptions(options, packageVersion());
  switch (meta.framework) {
    case "esbuild":
      return [{ name, esbuild: { setup: (build) => esbuildSetup(build, parsed) } }];
    case "bun":
      return [{ name, bun: { setup: (build: any) => bunSetup(build, parsed) } }];
    case "webpack":
    case "rspack":
      return [compiling(parsed, meta)];
    case "vite":
      return [optimizing(parsed, options), compiling(parsed, meta), ...checkingForVite(parsed, meta)];
    default:
      return [compiling(parsed, meta), checking(parsed, meta)];
  }
});

/** Vitest prints the message of an error in a module, and not its place. */
function placed(report: Report): Report {
  if (process.env["VITEST"] === undefined) return report;
  return { ...report, message: reportText({ ...report, frame: undefined }) };
}

interface Tellers {
  readonly warn: (context: any, report: Report) => void;
  readonly error: (context: any, report: Report) => void;
}

/** How a host is told of an error, which fails the build, and of a warning. */
function tellers(framework: UnpluginContextMeta["framework"]): Tellers {
  switch (framework) {
    case "webpack":
    case "rspack":
      return {
        warn: (context, report) => context.warn(reportText(report)),
        error: (context, report) => context.error(reportText(report)),
      };
    case "farm": // takes only text, and unplugin hands it an Error
      return {
        warn: (context, report) => context.getNativeBuildContext().context.warn(reportText(report)),
        error: (_, report) => {
          throw new Error(reportText(report));
        },
      };
    default:
      return {
        warn: (context, report) => context.warn(rollupLog(placed(report))),
        error: (context, report) => context.error(rollupLog(placed(report))),
      };
  }
}

/** Compiles each module before any other plugin sees it. */
function compiling(parsed: ParsedOptions, { framework }: UnpluginContextMeta): UnpluginOptions {
  const { filter, importSources } = parsed;
  const { warn, error } = tellers(framework);
  const onCompiler = (compiler: any): void => {
    addToCacheKey(compiler, parsed.cacheKey);
    checkModules(compiler, parsed);
  };
  return {
    name,
    enforce: "pre",
    transform: {
      ...first,
      filter: { id: filter, code: { include: importSources.slice(0, 1) } },
      handler(code, id) {
        const { result, errors, warnings } = compileModule(code, id, parsed);
        for (const warning of warnings) warn(this, warning);
        if (isNotEmpty(errors)) error(this, joinReports(errors));
        return result as { code: string; map: any } | undefined;
      },
    },
    vite: { configureVitest: (context: any) => addToVitestKey(context, parsed.cacheKey) } as object,
    webpack: onCompiler,
    rspack: onCompiler,
  };
}

/** Vitest keeps modules on disk. Of a plugin its key has the name alone. Vitest 4 has the hook by its first name. */
function addToVitestKey(context: any, cacheKey: string): void {
  const define = context.defineCacheKeyGenerator ?? context.experimental_defineCacheKeyGenerator;
  define?.(() => cacheKey);
}

/** Reads each module as it is when all other plugins have had their turn. */
function checking(parsed: ParsedOptions, { framework }: UnpluginContextMeta): UnpluginOptions {
  const { filter, importSources, compile } = parsed;
  const { error } = tellers(framework);
  return {
    name: `${name}:check`,
    enforce: "post",
    transform: {
      ...last,
      filter: { code: { include: importSources } },
      handler(code, id) {
        const leftovers = findLeftovers(code, id, importSources, compile.typescript);
        if (leftovers.length === 0) return;
        // Farm parses when all plugins have had their turn: it is to report syntax errors itself.
        if (framework === "farm" && cannotBeParsed(code, id, compile.typescript)) return;
        const map = combinedMap(this);
        const reason = matches(filter, id) ? "loaded-otherwise" : "not-included";
        const reports = leftovers.map((each) => leftoverReport(each, reason, id, code, map));
        if (isNotEmpty(reports)) error(this, joinReports(reports));
      },
    },
  };
}

/**
 * Vite's development server rewrites imports behind the plugins that stand last in the list. A module is asked before that, as
 * people wrote it, and once more behind all hooks: a plugin that stands behind this one may have put back what was written.
 */
function checkingForVite(parsed: ParsedOptions, meta: UnpluginContextMeta): UnpluginOptions[] {
  const build = checking(parsed, meta);
  const serve = checking(parsed, meta);
  Object.assign(serve.transform!, { order: undefined });
  return [
    { ...build, vite: { apply: "build" } },
    { ...serve, vite: { apply: "serve" } },
    { ...checkingServed(parsed, meta), vite: { apply: "serve" } },
  ];
}

/** The same for the text that Vite's development server sends: there the sources of imports are paths of the server. */
function checkingServed(parsed: ParsedOptions, { framework }: UnpluginContextMeta): UnpluginOptions {
  const { filter, importSources, compile } = parsed;
  const { error } = tellers(framework);
  return {
    name: `${name}:check-served`,
    enforce: "post",
    transform: {
      ...last,
      filter: { code: { include: /\b(?:raii|move|moveAsync)\b/ } },
      async handler(code, id) {
        const sources = await servedSources(this as unknown as ServerContext, code, id, importSources);
        const leftovers = findLeftovers(code, id, sources, compile.typescript);
        const reason = matches(filter, id) ? "loaded-otherwise" : "not-included";
        const reports = leftovers.map((each) => leftoverReport(each, reason, id, code));
        if (isNotEmpty(reports)) error(this, joinReports(reports));
      },
    },
  };
}

/** Compiles the dependencies that Vite bundles before it serves them. */
function optimizing({ cacheKey }: ParsedOptions, options: Options | undefined): UnpluginOptions {
  const faces = {
    rolldown: () => [plugin.rolldown(options)].flat() as HostPlugin[],
    esbuild: () => plugin.esbuild(options) as HostPlugin,
  };
  return {
    name: `${name}:optimizer`,
    vite: {
      configEnvironment(this: any) {
        const isRolldown = this?.meta?.rolldownVersion !== undefined;
        return { optimizeDeps: optimizerOptions(isRolldown, faces, cacheKey) };
      },
    } as object,
  };
}

/** From the text that a plugin gets to what people wrote. Vite's development server finds that way itself. */
function combinedMap(context: any): any {
  if (context.environment?.mode === "dev") return undefined;
  return context.getCombinedSourcemap?.();
}
