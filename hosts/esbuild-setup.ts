import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import type { Loader, Metafile, PartialMessage, PluginBuild } from "esbuild";
import { compileModule } from "./compile-module";
import { findLeftovers } from "./find-leftovers";
import { withInlineMap } from "./inline-map";
import { leftoverReport } from "./leftover-report";
import { matches } from "./matches";
import type { ParsedOptions } from "./parse-options";
import type { Report } from "./report";

/**
 * esbuild hands a module to the first plugin that takes it, so plugins do not work together on one. What another plugin has
 * taken first is found at the end, in esbuild's list of the modules and their imports.
 */
export function esbuildSetup(build: PluginBuild, parsed: ParsedOptions): void {
  const { initialOptions } = build;
  const isAsked = initialOptions.metafile === true;
  initialOptions.metafile = true;
  /** The modules whose text has come to this plugin. */
  const seen = new Set<string>();
  build.onStart(() => seen.clear());

  build.onLoad({ filter: /\.[^./\\]+$/, namespace: "file" }, async ({ path }) => {
    const loader = loaderOf(path, initialOptions.loader);
    if (loader === undefined || !matches(parsed.filter, path)) return undefined;
    const text = await readFile(path, "utf8");
    if (!text.includes(parsed.importSources[0]!)) return undefined;
    seen.add(path);
    const { result, errors, warnings } = compileModule(text, path, parsed);
    if (result === undefined && errors.length + warnings.length === 0) return undefined;
    return {
      contents: result === undefined ? text : withInlineMap(text, result, path),
      loader,
      resolveDir: dirname(path),
      errors: errors.map(messageOf),
      warnings: warnings.map(messageOf),
    };
  });

  build.onEnd(async (result) => {
    const { metafile } = result;
    if (metafile === undefined) return {};
    if (!isAsked) delete (result as { metafile?: Metafile }).metafile;
    const folder = initialOptions.absWorkingDir ?? process.cwd();
    const unseen = Object.entries(metafile.inputs)
      .filter(([, { imports }]) => initialOptions.bundle !== true || importsMarkers(imports, parsed))
      .map(([input]) => resolve(folder, input))
      .filter((path) => !seen.has(path));
    const errors = await Promise.all(unseen.map((path) => leftoversOf(path, parsed)));
    return { errors: errors.flat() };
  });
}

const loaders: ReadonlySet<string> = new Set(["js", "jsx", "ts", "tsx"]);

/** What esbuild takes a file for; `undefined` when it is no code. */
function loaderOf(path: string, configured: Readonly<Record<string, Loader>> = {}): Loader | undefined {
  const extension = extname(path);
  const loader = configured[extension] ?? extension.replace(/^\.[cm]?/, "");
  return loaders.has(loader) ? (loader as Loader) : undefined;
}

function importsMarkers(
  imports: Metafile["inputs"][string]["imports"],
  { importSources }: ParsedOptions,
): boolean {
  return imports.some(({ path, original = path }) => importSources.includes(original));
}

async function leftoversOf(path: string, parsed: ParsedOptions): Promise<PartialMessage[]> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    const message = `This module imports ts-raii, and another plugin makes its text. ts-raii has not seen it.`;
    return [messageOf({ message, id: path, line: undefined, column: undefined, frame: undefined })];
  }
  const reason = matches(parsed.filter, path) ? "taken-first" : "not-included";
  return findLeftovers(text, path, parsed.importSources, parsed.compile.typescript).map((leftover) =>
    messageOf(leftoverReport(leftover, reason, path, text)),
  );
}

/** esbuild prints the line and marks the place by itself. */
function messageOf({ message, id, line, column, frame }: Report): PartialMessage {
  const lineText = frame?.split("\n").find((each) => each.trimStart().startsWith(`${line} |`));
  return {
    text: message,
    location:
      id === undefined
        ? null
        : {
            file: id,
            ...(line !== undefined && { line }),
            ...(column !== undefined && { column }),
            ...(lineText !== undefined && { lineText: lineText.replace(/^ *\d+ \| /, "") }),
          },
  };
}
