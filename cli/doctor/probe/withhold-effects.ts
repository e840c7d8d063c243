import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { devNull } from "node:os";

/** What changes files. */
const writers = [
  ...["appendFile", "chmod", "copyFile", "cp", "link", "mkdir", "rename", "rm", "rmdir", "symlink"],
  ...["truncate", "unlink", "utimes", "writeFile", "chown", "lchown", "lchmod", "lutimes"],
  // Those of open files, which may be the null device.
  ...["ftruncate", "fchmod", "fchown", "futimes"],
] as const;

/** What starts other programs. */
const starters = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const;

/** Lets what changes files in this process do nothing, and what starts programs fail. */
export function withholdEffects(): void {
  const own = fs as unknown as Record<string, unknown>;
  const promises = fs.promises as unknown as Record<string, unknown>;
  for (const name of writers) {
    own[name] = (...args: unknown[]) => finish(args);
    own[`${name}Sync`] = () => undefined;
    promises[name] = () => Promise.resolve();
  }
  own["mkdtemp"] = (...args: unknown[]) => finish(args, temporaryName(args[0]));
  own["mkdtempSync"] = temporaryName;
  promises["mkdtemp"] = (prefix: unknown) => Promise.resolve(temporaryName(prefix));
  giveNullDevice(own, promises);
  const programs = childProcess as unknown as Record<string, (...args: any[]) => unknown>;
  for (const name of starters)
    programs[name] = (command: unknown) => {
      throw new Error(`it starts another program before it builds: ${String(command)}`);
    };
  syncBuiltinESMExports();
}

/** Calls the callback of a function that does nothing. */
function finish(args: readonly unknown[], ...results: readonly unknown[]): void {
  const done = args.at(-1);
  if (typeof done === "function")
    setImmediate(() => (done as (...args: unknown[]) => void)(null, ...results));
}

const temporaryName = (prefix: unknown): string => `${String(prefix)}XXXXXX`;

/** Lets who opens a file to write it write to nowhere. Streams open their files so too. */
function giveNullDevice(own: Record<string, unknown>, promises: Record<string, unknown>): void {
  const { open, openSync } = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const openPromise = fs.promises.open as (...args: unknown[]) => Promise<fs.promises.FileHandle>;
  const instead = ([path, flags, ...rest]: readonly unknown[]): readonly unknown[] =>
    isWriting(flags) ? [devNull, "r+", ...rest] : [path, flags, ...rest];
  own["open"] = (...args: unknown[]) => open!(...instead(args));
  own["openSync"] = (...args: unknown[]) => openSync!(...instead(args));
  promises["open"] = async (...args: unknown[]) => {
    const handle = await openPromise(...instead(args));
    if (!isWriting(args[1])) return handle;
    const nothing = (): Promise<void> => Promise.resolve();
    return Object.assign(handle, { chmod: nothing, chown: nothing, truncate: nothing, utimes: nothing });
  };
}

const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;

function isWriting(flags: unknown): boolean {
  if (typeof flags === "number") return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0;
  return typeof flags === "string" && /[wa+]/.test(flags);
}
