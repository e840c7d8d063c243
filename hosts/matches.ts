import { resolve } from "node:path";
import picomatch from "picomatch";
import type { Filter, ParsedOptions } from "./parse-options";
import { isScript } from "./script-name";

/** Whether the options include a module, by the rules of the hosts that filter by themselves: what is excluded stays so. */
export function matches({ include, exclude }: Filter, id: string): boolean {
  const path = id.replaceAll("\\", "/");
  const isMatch = (pattern: string | RegExp): boolean =>
    typeof pattern === "string"
      ? picomatch.isMatch(path, fromWorkingDirectory(pattern), { dot: true })
      : path.search(pattern) >= 0;
  return !exclude.some(isMatch) && include.some(isMatch);
}

/** Whether a module is one to compile, as a script or when it has become one. */
export function isIncluded({ filter, components }: ParsedOptions, id: string): boolean {
  return isScript(id) ? matches(filter, id) : matches(components, id.replace(/[?#].*$/s, ""));
}

function fromWorkingDirectory(glob: string): string {
  return glob.startsWith("**") ? glob : resolve(glob).replaceAll("\\", "/");
}
