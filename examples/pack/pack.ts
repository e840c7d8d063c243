import { createHash } from "node:crypto";
import { fstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { raii, type Resource } from "ts-raii";
import { tempDir } from "../temp-dir.js";
import { atomicFile } from "./atomic-file.js";
import { gzipOutput } from "./gzip-output.js";
import { lockFile } from "./lock-file.js";
import { manifestLine, manifestName } from "./manifest.js";
import { openFile } from "./open-file.js";
import { readExactly } from "./read-exactly.js";
import { tarEnd, type TarFile, tarHeader, tarPadding } from "./tar.js";

export interface PackOptions {
  /** The folder that is packed. */
  readonly folder: string;
  /** The files to pack: relative to the folder, with `/`. */
  readonly files: readonly string[];
  /** Where the `.tar.gz` appears, if all goes well. */
  readonly archive: string;
  /** Called before each file is read; all of them are open by then. */
  readonly beforeFile?: (path: string) => void;
  /** One more resource to hold while the archive is written: a progress display, say. */
  readonly during?: Resource<unknown>;
}

interface Source extends TarFile {
  readonly fd: number;
}

/**
 * Packs files into a `.tar.gz` whose first entry is a manifest of their SHA-256 sums.
 *
 * Whatever happens, nothing stays behind but the complete archive, or no archive at all. There is no code for that here:
 * each resource sees to its own part, and they are released from the last to the first.
 */
export function pack({ folder, files, archive, beforeFile, during }: PackOptions): void {
  "use raii";
  if (files.includes(manifestName)) throw new Error(`${folder} has a ${manifestName} of its own`);
  raii(lockFile(`${archive}.lock`));

  // All are opened before any is read, so that the archive is one consistent set: a file that is missing is known at
  // once, and one that is deleted or replaced from here on is packed as it is now.
  const sources: Source[] = [];
  for (const path of files) {
    var source = raii(openFile(join(folder, path), "r")); // var: open until pack returns
    const { size, mode, mtime } = fstatSync(source);
    sources.push({ fd: source, path, size, mode, modified: mtime });
  }

  const scratch = raii(tempDir(`${archive}.tmp-`));
  const contents = raii(openFile(join(scratch, "contents.tar"), "wx+"));
  const output = raii(atomicFile(archive));
  const gzip = raii(gzipOutput(output));
  raii(during);

  // Each source is read once, into the scratch file: the sums are needed first, and must be those of what is packed.
  let manifest = "";
  let newest = new Date(0);
  for (const { fd, ...file } of sources) {
    beforeFile?.(file.path);
    const sha256 = createHash("sha256");
    writeFileSync(contents, tarHeader(file));
    for (const chunk of readExactly(fd, file.size, file.path)) {
      sha256.update(chunk);
      writeFileSync(contents, chunk);
    }
    writeFileSync(contents, tarPadding(file.size));
    manifest += manifestLine(sha256.digest("hex"), file.path);
    if (file.modified > newest) newest = file.modified;
  }

  const sums = Buffer.from(manifest);
  gzip.write(tarHeader({ path: manifestName, size: sums.length, mode: 0o644, modified: newest }));
  gzip.write(sums);
  gzip.write(tarPadding(sums.length));
  for (const chunk of readExactly(contents, fstatSync(contents).size, "contents.tar")) gzip.write(chunk);
  gzip.write(tarEnd);
}
