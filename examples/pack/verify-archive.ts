import { mkdirSync } from "node:fs";
import { check } from "../check.js";
import { checkSums } from "../check-sums.js";
import { tool } from "../tool.js";
import { manifestName } from "./manifest.js";

/** Has the machine's own tools read the archive: they know nothing of how it was written. */
export function verifyArchive(archive: string, files: readonly string[], folder: string): void {
  const list = tool("tar", ["-tzf", archive]);
  if (list === undefined) return console.log("--    not checked: this machine has no tar");
  const entries = [manifestName, ...files];
  check(
    `tar -tzf lists ${manifestName} and the ${files.length} files`,
    list.ok && list.lines.join("\n") === entries.join("\n"),
  );

  mkdirSync(folder);
  check("tar -xzf extracts them", tool("tar", ["-xzf", archive, "-C", folder])?.ok === true);
  checkSums("extracted files", manifestName, folder, files.length);
}
