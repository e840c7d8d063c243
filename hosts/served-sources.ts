/** The part of the context of Vite's plugins that is asked here. */
export interface ServerContext {
  readonly environment: { readonly config: { readonly root: string; readonly base: string } };
  resolve(source: string, importer: string): Promise<{ readonly id: string } | null>;
}

/**
 * What import declarations of a module name the given modules by, when Vite's development server has rewritten them to paths
 * that a browser can ask for: `/node_modules/.vite/deps/ts-raii.js?v=12ab`, `/@fs/home/me/ts-raii/index.js`.
 *
 * @returns the given sources and those paths.
 */
export async function servedSources(
  context: ServerContext,
  text: string,
  importer: string,
  importSources: readonly string[],
): Promise<readonly string[]> {
  const named = [...text.matchAll(/\bfrom\s*(["'])(\/[^"'\n]+)\1/g)].map(([, , source]) => source!);
  if (named.length === 0) return importSources;
  const found = await Promise.all(importSources.map((source) => context.resolve(source, importer)));
  const files = found.flatMap((each) => (each === null ? [] : [withoutQuery(each.id)]));
  const { root, base } = context.environment.config;
  return [...importSources, ...named.filter((source) => files.includes(fileOf(source, root, base)))];
}

function fileOf(source: string, root: string, base: string): string {
  const path = withoutQuery(source.startsWith(base) ? `/${source.slice(base.length)}` : source);
  if (!path.startsWith("/@fs/")) return root + path;
  return path.slice(/^\/@fs\/[A-Za-z]:/.test(path) ? "/@fs/".length : "/@fs".length); // Windows has drives
}

function withoutQuery(id: string): string {
  return id.replace(/[?#].*$/s, "");
}
