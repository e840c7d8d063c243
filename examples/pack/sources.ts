import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Lays out a folder to pack: a copy of the sources of this repository, and two files with names too long for plain tar. */
export function laySources(repository: string, folder: string): void {
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE", "package.json", "runtime", "transformer"]) {
    const from = join(repository, name);
    if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  const deep = `${"a-folder-in-a-folder/".repeat(6)}deep.txt`; // to be divided over two fields of the header
  const long = `${"a-long-name-".repeat(10)}.txt`; // too long for them: needs a header of its own
  for (const path of [deep, long]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${path}\n`);
  }
}
