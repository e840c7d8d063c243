import { fileURLToPath } from "node:url";
import { compileLoaded } from "./compile-loaded";

/** What a hook of Node gives for a module. */
interface Loaded {
  readonly format: string | null | undefined;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined;
}

type Load = (url: string, context: object, nextLoad: (url: string, context: object) => Loaded) => Loaded;

/** `module.registerHooks`, which Node has had since 22.15. */
export type RegisterHooks = (hooks: { load: Load }) => void;

export const loadSync: Load = (url, context, nextLoad) => compileSource(url, nextLoad(url, context));

export const loadAsync = async (
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<Loaded>,
): Promise<Loaded> => compileSource(url, await nextLoad(url, context));

/** Without a source it is a CommonJS module, which Node reads later: see `wrapRequire`. */
function compileSource(url: string, loaded: Loaded): Loaded {
  const { source } = loaded;
  if (source === null || source === undefined || !url.startsWith("file:")) return loaded;
  const compiled = compileLoaded(fileURLToPath(withoutQuery(url)), () =>
    typeof source === "string" ? source : new TextDecoder().decode(source),
  );
  return compiled === undefined ? loaded : { ...loaded, source: compiled };
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}
