import { inheritedOption } from "../project/tsconfig-files";
import { insertFirst } from "./insert";
import { changeJson, parseJson, quoted } from "./json-file";
import { insertIntoList, propertyOf, textOf } from "./lists";
import { UnknownShape } from "./unknown-shape";

/** One entry for the build and for the editor. */
export const pluginEntry = '{ "name": "ts-raii", "transform": "ts-raii/transformer" }';

const isEntry = (value: unknown): boolean =>
  (value as { transform?: unknown } | null)?.transform === "ts-raii/transformer";

/**
 * Puts the plugin's entry into a tsconfig.json, unless it has or inherits one. Plugins that it inherits are copied: a list of
 * plugins replaces the one that it inherits.
 */
export function addPluginEntry(path: string, text: string): string {
  const root = parseJson(text);
  const options = propertyOf(root, "compilerOptions");
  const plugins = options?.kind === "object" ? propertyOf(options, "plugins") : undefined;
  if (plugins === undefined) {
    const inherited = inheritedOption(path, "plugins");
    const others = Array.isArray(inherited) ? (inherited as readonly unknown[]) : [];
    if (others.some(isEntry)) return text;
    const entries = [pluginEntry, ...others.map((each) => JSON.stringify(each))].join(", ");
    return changeJson(text, [insertIntoList(text, root, ["compilerOptions", "plugins"], entries, quoted)]);
  }
  if (plugins.kind !== "array") throw new UnknownShape('"plugins" is no list');
  const own = plugins.items.flatMap(({ value }) => (value.kind === "object" ? [value] : []));
  if (own.some((each) => textOf(each, "transform") === "ts-raii/transformer")) return text;
  const ofEditor = own.find((each) => textOf(each, "name") === "ts-raii");
  if (ofEditor !== undefined && textOf(ofEditor, "transform") === undefined)
    return changeJson(text, [insertFirst(text, ofEditor, '"transform": "ts-raii/transformer"')]);
  return changeJson(text, [insertFirst(text, plugins, pluginEntry)]);
}

/** Names the compiler in a section of tsconfig.json: `"ts-node": { "compiler": "ts-patch/compiler" }`. */
export function setCompiler(text: string, section: string, compiler: string): string {
  const root = parseJson(text);
  const found = propertyOf(root, section);
  const property = `"compiler": ${quoted(compiler)}`;
  if (found === undefined)
    return changeJson(text, [insertFirst(text, root, `${quoted(section)}: { ${property} }`)]);
  if (found.kind !== "object") throw new UnknownShape(`"${section}" is no object`);
  const own = textOf(found, "compiler");
  if (own === compiler) return text;
  if (own !== undefined) throw new UnknownShape(`"${section}" has the compiler "${own}"`);
  return changeJson(text, [insertFirst(text, found, property)]);
}

/** Sets texts in a JSON file that it does not have yet. */
export function setProperties(text: string, values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .reverse()
    .reduce((result, [key, value]) => {
      const root = parseJson(result);
      if (propertyOf(root, key) !== undefined) return result;
      return changeJson(result, [insertFirst(result, root, `${quoted(key)}: ${JSON.stringify(value)}`)]);
    }, text);
}
