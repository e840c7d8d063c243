import remapping, { type EncodedSourceMap } from "@jridgewell/remapping";
import { packageVersion } from "../toolchain/package-version";
import { compileModule } from "./compile-module";
import { findLeftovers } from "./find-leftovers";
import { leftoverReport } from "./leftover-report";
import { isIncluded } from "./matches";
import { type ParsedOptions, parseOptions } from "./parse-options";
import { fromPlain, type PlainOptions } from "./plain-options";
import { isNotEmpty, joinReports, type Reports, reportText } from "./report";

/** What webpack's loaders have of their host, as far as Turbopack gives it, too. */
interface LoaderContext {
  readonly resourcePath: string;
  readonly resourceQuery?: string;
  getOptions(): PlainOptions;
  emitWarning(warning: Error): void;
  callback(error: Error | null, code?: string, map?: object): void;
}

const known = new Map<string, ParsedOptions>();

/**
 * The loader for Turbopack, which takes no plugins. `ts-raii/next` sets it. It reads a module before the compiler of
 * Turbopack does.
 *
 * @throws {Error} through the loader's callback, for a mistake in the module, for a call of `raii` in a module that the
 *   options leave out, and for an option that is unknown or wrong.
 * @example
 * // next.config.js
 * turbopack: { rules: { "*.{ts,tsx}": { loaders: ["ts-raii/turbopack"] } } };
 */
function loader(this: any, source: string, map?: any): void {
  const context = this as LoaderContext;
  try {
    const parsed = parsedOf(context.getOptions());
    const id = context.resourcePath + (context.resourceQuery ?? "");
    const compiled = compile(context, source, id, parsed);
    const given: EncodedSourceMap | undefined =
      typeof map === "string" ? JSON.parse(map) : (map ?? undefined);
    if (compiled === undefined) context.callback(null, source, given);
    else context.callback(null, compiled.code, given ? composed(compiled.map, given) : compiled.map);
  } catch (error) {
    context.callback(error as Error);
  }
}

function parsedOf(options: PlainOptions): ParsedOptions {
  const key = JSON.stringify(options);
  let parsed = known.get(key);
  if (parsed === undefined) known.set(key, (parsed = parseOptions(fromPlain(options), packageVersion())));
  return parsed;
}

function compile(
  context: LoaderContext,
  source: string,
  id: string,
  parsed: ParsedOptions,
): ReturnType<typeof compileModule>["result"] {
  const { importSources, compile: options } = parsed;
  if (!isIncluded(parsed, id)) {
    // Turbopack asks nobody at the end of a build. What is left out is looked at here.
    const leftovers = findLeftovers(source, id, importSources, options.typescript);
    const reports = leftovers.map((each) => leftoverReport(each, "not-included", id, source));
    if (isNotEmpty(reports)) throw failure(reports);
    return undefined;
  }
  const { result, errors, warnings } = compileModule(source, id, parsed);
  for (const warning of warnings) context.emitWarning(new Error(reportText(warning)));
  if (isNotEmpty(errors)) throw failure(errors);
  return result;
}

/** Turbopack prints the stack, too. Where in the loader an error was thrown helps nobody. */
function failure(reports: Reports): Error {
  const error = new Error(reportText(joinReports(reports)));
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** From what was compiled to what the loaders before have read. */
function composed(map: object, given: EncodedSourceMap): object {
  return { ...remapping([map as EncodedSourceMap, given], () => null) };
}

export = loader;
