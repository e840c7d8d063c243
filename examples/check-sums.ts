import { check } from "./check.js";
import { tool } from "./tool.js";

/** Has the machine's own tool check the files of `folder` that `sums`, a file as `sha256sum` writes it, lists. */
export function checkSums(what: string, sums: string, folder: string, files: number): void {
  const result = tool("sha256sum", ["-c", sums], folder) ?? tool("shasum", ["-a", "256", "-c", sums], folder); // macOS
  if (result === undefined)
    return console.log("--    not checked: this machine has no sha256sum and no shasum");
  const accepted = result.lines.filter((line) => line.endsWith(": OK")).length;
  check(`sha256sum -c accepts ${accepted} of ${files} ${what}`, result.ok && accepted === files);
}
