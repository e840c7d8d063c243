import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { check } from "../check.js";
import { manifestName } from "./manifest.js";

/** Has the machine's own tools read the archive: they know nothing of how it was written. */
export function verifyArchive(archive: string, files: readonly string[], folder: string): void {
  const list = tool("tar", ["-tzf", archive]);
  if (list === undefined) return skip("tar");
  const entries = [manifestName, ...files];
  check(
    `tar -tzf lists ${manifestName} and the ${files.length} files`,
    list.ok && list.lines.join("\n") === entries.join("\n"),
  );

  mkdirSync(folder);
  check("tar -xzf extracts them", tool("tar", ["-xzf", archive, "-C", folder])?.ok === true);
  const sums =
    tool("sha256sum", ["-c", manifestName], folder) ??
    tool("shasum", ["-a", "256", "-c", manifestName], folder); // macOS
  if (sums === undefined) return skip("sha256sum and no shasum");
  const accepted = sums.lines.filter((line) => line.endsWith(": OK")).length;
  check(
    `sha256sum -c accepts ${accepted} of ${files.length} extracted files`,
    sums.ok && accepted === files.length,
  );
}

function skip(tools: string): void {
  console.log(`--    not checked: this machine has no ${tools}`);
}

/** Runs a tool; `undefined` when the machine has none of that name. */
function tool(name: string, args: string[], cwd?: string): { ok: boolean; lines: string[] } | undefined {
  const { error, status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: "utf8" });
  if (error !== undefined) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (status !== 0) console.log(stderr.trimEnd());
  return { ok: status === 0, lines: stdout.split("\n").filter((line) => line !== "") };
}
