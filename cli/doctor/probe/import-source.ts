import { join } from "node:path";
import { inheritedOption } from "../../project/tsconfig-files";

/** The module that a project imports `raii` from: what an option names in the texts that set a host up, or in tsconfig.json. */
export function importSourceOf(texts: readonly string[], folder: string): string {
  for (const text of texts) {
    const named = importSourceIn(text);
    if (named !== undefined) return named;
  }
  const plugins = inheritedOption(join(folder, "tsconfig.json"), "plugins");
  for (const plugin of Array.isArray(plugins) ? (plugins as readonly unknown[]) : []) {
    const { transform, importSource } = (plugin ?? {}) as { transform?: unknown; importSource?: unknown };
    if (transform === "ts-raii/transformer" && typeof importSource === "string") return importSource;
  }
  return "ts-raii";
}

/** Strings, comments, brackets, names and what stands between them. Other text does not matter. */
const tokens =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/\/.*|\/\*[^]*?\*\/|[[\]{}():,]|[\w$]+/g;

/** The options of JSX, where `importSource` names the module of its runtime: by their key, or in the entry of a plugin. */
const jsxKey = /^["']?(?:react|jsx)["']?$/;
const jsxPlugin = /preset-?react|react-?jsx/i;

/** What the first `importSource: "…"` names that is no option of JSX. */
function importSourceIn(text: string): string | undefined {
  const words = [...text.matchAll(tokens)].map(([word]) => word).filter((each) => !/^\/[/*]/.test(each));
  const open: { readonly bracket: string; isOfJsx: boolean }[] = [];
  for (const [at, word] of words.entries()) {
    if (/^[[{(]$/.test(word)) {
      const isValueOfKey = words[at - 1] === ":" && jsxKey.test(words[at - 2] ?? "");
      open.push({ bracket: word, isOfJsx: isValueOfKey || open.at(-1)?.isOfJsx === true });
    } else if (/^[\]})]$/.test(word)) open.pop();
    else if (jsxPlugin.test(word)) {
      const entry = open.findLast(({ bracket }) => bracket === "[");
      if (entry !== undefined) entry.isOfJsx = true;
    } else if (
      /^["']?importSource["']?$/.test(word) &&
      words[at + 1] === ":" &&
      open.at(-1)?.isOfJsx !== true
    ) {
      const [, named] = /^["']([^"']+)["']$/.exec(words[at + 2] ?? "") ?? [];
      if (named !== undefined) return named;
    }
  }
  return undefined;
}
