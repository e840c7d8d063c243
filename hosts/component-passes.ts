import type { UnpluginContextMeta, UnpluginOptions } from "unplugin";
import { compileComponent } from "./compile-component";
import { type CompiledModule, compileModule } from "./compile-module";
import { componentFile } from "./component-scripts";
import { isIncluded } from "./matches";
import type { ParsedOptions } from "./parse-options";
import { isNotEmpty, joinReports, type Report } from "./report";
import { isScript } from "./script-name";
import { fromMade, tellers } from "./tellers";

/** What Rollup's kind of hosts know, wherever the plugin stands in the list. */
export const first = { order: "pre" };
export const last = { order: "post" };

/** Compiles the scripts in the components of Vue, Svelte and Astro, before these frameworks read them. */
export function compilingComponents(
  parsed: ParsedOptions,
  { framework }: UnpluginContextMeta,
): UnpluginOptions {
  const tell = tellers(framework);
  return {
    name: "ts-raii:components",
    enforce: "pre",
    transform: {
      ...first,
      filter: { id: componentFile, code: { include: parsed.importSources.slice(0, 1) } },
      handler(code, id) {
        if (!isIncluded(parsed, id)) return undefined;
        return told(this, compileComponent(code, id, parsed), tell);
      },
    },
    vite: {
      handleHotUpdate: { ...first, handler: (update: HotUpdate) => readCompiled(update, parsed) },
    } as object,
  };
}

/** What Vite tells of a file that has changed. */
interface HotUpdate {
  readonly file: string;
  read: () => string | Promise<string>;
}

/**
 * Vue and Astro compare a file that has changed with what they were given before, to keep the state of a component whose
 * script is the same. They were given what became of the file.
 */
function readCompiled(update: HotUpdate, parsed: ParsedOptions): void {
  const { file, read } = update;
  if (!componentFile.test(file) || !isIncluded(parsed, file)) return;
  update.read = async () => {
    const code = await read();
    return compileComponent(code, file, parsed).result?.code ?? code;
  };
}

/**
 * Compiles what other plugins have made scripts of, for no pass before them can read it: modules of any other language.
 * What was compiled before is recognised, and stays as it is.
 */
export function compilingMade(parsed: ParsedOptions, { framework }: UnpluginContextMeta): UnpluginOptions {
  const tell = tellers(framework);
  return {
    name: "ts-raii:made",
    enforce: "post",
    transform: {
      // In Vite `enforce` is enough. Its development server rewrites imports before what asks to come last.
      ...(framework !== "vite" && last),
      filter: { code: { include: parsed.importSources.slice(0, 1) } },
      handler(code, id) {
        if (isScript(id) || !isIncluded(parsed, id)) return undefined;
        return told(this, compileModule(code, id, parsed), tell, (each) => fromMade(this, each, code));
      },
    },
  };
}

/** Tells the host of what was found, and gives it the rest. */
function told(
  context: any,
  { result, errors, warnings }: CompiledModule,
  { warn, error }: ReturnType<typeof tellers>,
  place = (report: Report): Report => report,
): { code: string; map: any } | undefined {
  for (const warning of warnings) warn(context, place(warning));
  const placed = errors.map(place);
  if (isNotEmpty(placed)) error(context, joinReports(placed));
  return result;
}
