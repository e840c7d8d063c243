import { join } from "node:path";
import { inheritedOption } from "../../project/tsconfig-files";

/** The module that a project imports `raii` from: what an option names in the texts that set a host up, or in tsconfig.json. */
export function importSourceOf(texts: readonly string[], folder: string): string {
  for (const text of texts) {
    const [, named] = /\bimportSource["']?\s*:\s*["']([^"']+)["']/.exec(text) ?? [];
    if (named !== undefined) return named;
  }
  const plugins = inheritedOption(join(folder, "tsconfig.json"), "plugins");
  for (const plugin of Array.isArray(plugins) ? (plugins as readonly unknown[]) : []) {
    const { transform, importSource } = (plugin ?? {}) as { transform?: unknown; importSource?: unknown };
    if (transform === "ts-raii/transformer" && typeof importSource === "string") return importSource;
  }
  return "ts-raii";
}
