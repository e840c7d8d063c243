/** What a module's path, or the query that a framework puts behind it, says about its script. */
const endings = [/^[^?#]*(\.[cm]?[jt]sx?)(?:[?#]|$)/, /\?.*(\.[cm]?[jt]sx?)$/s];

/**
 * The name by which TypeScript tells how to parse a module: its path, with the ending of a script.
 *
 * - `/src/a.ts?url` is `/src/a.ts`;
 * - `/src/App.vue?vue&type=script&lang.tsx`, the script of a component that is not compiled yet, is `/src/App.vue.tsx`;
 * - `/index.html?html-proxy&index=0.js`, a script of a page in Vite, is `/index.html.js`;
 * - `/src/App.vue`, which a framework has made JavaScript of, is `/src/App.vue.js`.
 */
export function scriptName(id: string): string {
  const path = id.replace(/[?#].*$/s, "");
  const ending = endingOf(id) ?? ".js";
  return path.endsWith(ending) ? path : path + ending;
}

/** Whether a module comes to plugins as a script. Others have to be made scripts of first. */
export function isScript(id: string): boolean {
  return endingOf(id) !== undefined;
}

function endingOf(id: string): string | undefined {
  for (const ending of endings) {
    const found = ending.exec(id);
    if (found !== null) return found[1];
  }
  return undefined;
}
