import { createUnplugin, type UnpluginContextMeta, type UnpluginOptions } from "unplugin";
import { packageVersion } from "../toolchain/package-version";
import { bunSetup } from "./bun-setup";
import { compileModule } from "./compile-module";
import { compilingComponents, compilingMade, first, last } from "./component-passes";
import { esbuildSetup } from "./esbuild-setup";
import { cannotBeParsed, findLeftovers } from "./find-leftovers";
import { leftoverReport } from "./leftover-report";
import { isIncluded } from "./matches";
import type { HostPlugin, Options } from "./options";
import { type ParsedOptions, parseOptions } from "./parse-options";
import { isNotEmpty, joinReports } from "./report";
import { isScript } from "./script-name";
import { servedSources, type ServerContext } from "./served-sources";
import { fromMade, tellers } from "./tellers";
import { optimizerOptions } from "./vite-optimizer";
import { addToCacheKey, checkModules } from "./webpack-setup";

const name = "ts-raii";

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
      return [
        optimizing(parsed, options),
        compiling(parsed, meta),
        ...ofComponents(parsed, meta),
        ...checkingForVite(parsed, meta),
      ];
    case "rollup":
    case "rolldown":
      return [compiling(parsed, meta), ...ofComponents(parsed, meta), checking(parsed, meta)];
    default:
      return [compiling(parsed, meta), checking(parsed, meta)];
  }
});

function ofComponents(parsed: ParsedOptions, meta: UnpluginContextMeta): UnpluginOptions[] {
  return [compilingComponents(parsed, meta), compilingMade(parsed, meta)];
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
        if (!isScript(id)) return undefined;
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
  const { importSources, compile } = parsed;
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
        const reason = isIncluded(parsed, id) ? "loaded-otherwise" : "not-included";
        const reports = leftovers.map((each) => fromMade(this, leftoverReport(each, reason, id, code), code));
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
  const { importSources, compile } = parsed;
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
        const reason = isIncluded(parsed, id) ? "loaded-otherwise" : "not-included";
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
