import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of this package, of the nearest package.json that is its own: the folders of what is built have theirs. */
export function packageVersion(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, "utf8")) as { name?: string; version: string };
      if (name === "ts-raii") return version;
    }
    if (dirname(folder) === folder) throw new Error("ts-raii: its own package.json is missing.");
  }
}
