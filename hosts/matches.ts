import { resolve } from "node:path";
import picomatch from "picomatch";
import type { ParsedOptions } from "./parse-options";

/** Whether the options include a module, by the rules of the hosts that filter by themselves: what is excluded stays so. */
export function matches({ include, exclude }: ParsedOptions["filter"], id: string): boolean {
  const path = id.replaceAll("\\", "/");
  const isMatch = (pattern: string | RegExp): boolean =>
    typeof pattern === "string"
      ? picomatch.isMatch(path, fromWorkingDirectory(pattern), { dot: true })
      : path.search(pattern) >= 0;
  return !exclude.some(isMatch) && include.some(isMatch);
}

function fromWorkingDirectory(glob: string): string {
  return glob.startsWith("**") ? glob : resolve(glob).replaceAll("\\", "/");
}
