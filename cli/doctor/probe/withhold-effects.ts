import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** What changes files. */
const writers = [
  ...["appendFile", "chmod", "copyFile", "cp", "link", "mkdir", "rename", "rm", "rmdir", "symlink"],
  ...["truncate", "unlink", "utimes", "writeFile"],
] as const;

/** What starts other programs. */
const starters = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const;

/** Lets what changes files in this process do nothing, and what starts programs fail. */
export function withholdEffects(): void {
  const own = fs as unknown as Record<string, unknown>;
  const promises = fs.promises as unknown as Record<string, unknown>;
  for (const name of writers) {
    own[name] = (...args: unknown[]) => {
      const done = args.at(-1);
      if (typeof done === "function") setImmediate(() => (done as (error: null) => void)(null));
    };
    own[`${name}Sync`] = () => undefined;
    promises[name] = () => Promise.resolve();
  }
  const programs = childProcess as unknown as Record<string, (...args: any[]) => unknown>;
  for (const name of starters)
    programs[name] = (command: unknown) => {
      throw new Error(`it starts another program before it builds: ${String(command)}`);
    };
  syncBuiltinESMExports();
}
