/** A script in the file of a component. */
export interface ComponentScript {
  readonly start: number;
  readonly end: number;
  /** The ending that a file of its language has: `.ts`. */
  readonly ending: string;
}

/** The files whose scripts are found here. */
export const componentFile = /\.(?:vue|svelte|astro)$/;

// Of the languages of scripts; "typescript" is what Svelte takes, too.
const endings: ReadonlyMap<string, string> = new Map([
  ["js", ".js"],
  ["jsx", ".jsx"],
  ["ts", ".ts"],
  ["tsx", ".tsx"],
  ["typescript", ".ts"],
]);

const attributes = /((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*/.source;
/** Comments, and elements `<script>` with their attributes and their text, as Svelte's preprocessors find them. */
const element = new RegExp(`<!--[^]*?-->|<script${attributes}>([^]*?)</script\\s*>`, "g");
/** In Vue also blocks that are no scripts: the example in `<docs>` is none. */
const block = new RegExp(`^<(?!script\\b)([a-z][\\w-]*)\\b[^>]*>[^]*?^</\\1\\s*>|${element.source}`, "gm");
/** What stands between two lines of hyphens at the beginning. */
const frontmatter = /^\s*---([^]*?)^\s*---/m;

/**
 * Finds the scripts of a component: `<script>` of Vue and Svelte, the frontmatter of Astro. The elements `<script>` of Astro are
 * modules of their own, and come to plugins as such.
 */
export function componentScripts(text: string, path: string): readonly ComponentScript[] {
  if (path.endsWith(".astro")) {
    const [whole, inner] = frontmatter.exec(text) ?? [];
    if (whole === undefined || inner === undefined || !text.startsWith(whole)) return [];
    const start = whole.indexOf("---") + 3;
    return [{ start, end: start + inner.length, ending: ".ts" }];
  }
  const isVue = path.endsWith(".vue");
  return [...text.matchAll(isVue ? block : element)].flatMap((match) => {
    const [given, inner] = match.slice(-2);
    if (inner === undefined) return [];
    const language = /\slang\s*=\s*["']?([\w-]+)/.exec(given ?? "")?.[1] ?? "js";
    const ending = endings.get(language);
    const start = match.index + match[0].lastIndexOf(inner + match[0].slice(match[0].lastIndexOf("</")));
    return ending === undefined ? [] : [{ start, end: start + inner.length, ending }];
  });
}
