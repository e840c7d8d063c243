import { parse } from "jsonc-parser";
import type { Host, Setup } from "../project/host";
import type { Recognized } from "../project/recognize";
import { nodesIn, parseCode } from "./code-file";
import { addLoaderOption, addOption, addPlugin, addToList, wrapExport } from "./edit-code";
import { wrapJestInCode, wrapJestInJson } from "./edit-jest";
import { addToTargets, setPluginOption } from "./edit-nx";
import { changeJson, parseJson, quoted } from "./json-file";
import { hasElement, insertIntoList } from "./lists";
import { UnknownShape } from "./unknown-shape";

/** The setups that change the configuration of a host. */
type ConfigSetup = Exclude<Setup, { kind: "script" | "preload" | "compiler" }>;

const isJson = (path: string): boolean => path.endsWith(".json");

type Edit<S> = (path: string, text: string, setup: S, key: string | undefined) => string;

const edits: { readonly [K in ConfigSetup["kind"]]: Edit<Extract<ConfigSetup, { kind: K }>> } = {
  plugin: addPlugin,
  list: (path, text, { list, value }) => {
    if (!isJson(path)) return addToList(path, text, list, value);
    const root = parseJson(text);
    if (hasElement(root, list, value)) return text;
    return changeJson(text, [insertIntoList(text, root, list, quoted(value), quoted)]);
  },
  wrap: wrapExport,
  jest: (path, text, _, key) => (isJson(path) ? wrapJestInJson(text, key) : wrapJestInCode(path, text)),
  option: addOption,
  loader: addLoaderOption,
  target: (_, text, setup) => addToTargets(text, setup),
  "nx-plugin": (_, text, setup) => setPluginOption(text, setup),
};

export const isConfigSetup = (setup: Setup): setup is ConfigSetup => setup.kind in edits;

/**
 * Sets a host up in the text of its configuration.
 *
 * @returns the text as it is, where the host is set up already.
 * @throws {UnknownShape} where the configuration is of no shape that is known.
 */
export function applySetup(
  { host, configPath }: Pick<Recognized, "host"> & { readonly configPath: string },
  setup: ConfigSetup,
  text: string,
): string {
  refuseGenerated(text);
  const key = configPath.endsWith("package.json") ? host.config?.packageKey : undefined;
  if (isSetUp(host, configPath, text, key)) return text;
  return (edits[setup.kind] as Edit<ConfigSetup>)(configPath, text, setup, key);
}

/** Whether the texts in a configuration name what sets the host up. Comments do not count. */
function isSetUp({ isSetUp: named }: Host, path: string, text: string, key: string | undefined): boolean {
  if (isJson(path)) {
    parseJson(text);
    const json = parse(text) as Readonly<Record<string, unknown>>;
    return named.test(JSON.stringify(key === undefined ? json : json[key]));
  }
  for (const node of nodesIn(parseCode(path, text).program))
    if (node.type === "StringLiteral" && named.test(`"${node.value}"`)) return true;
  return false;
}

const generated =
  /@generated\b|\bauto-?generated\b|\bgenerated (?:by|file|from)\b|\bdo not (?:edit|modify|change)\b/i;

/** @throws {UnknownShape} where the first comments say that a program has written the file, and will do so again. */
export function refuseGenerated(text: string): void {
  const [head] = /^(?:\s|\uFEFF|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/.exec(text)!;
  if (generated.test(head)) throw new UnknownShape("it is generated: its first lines say so");
}
