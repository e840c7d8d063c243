import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder that has all of these programs, if this machine has one: on the path, or where Debian puts them. */
export function findPrograms(names: readonly string[]): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => `${debian}/${version}/bin`) : [];
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", ...versions.sort().reverse()];
  return folders.find((folder) => names.every((name) => existsSync(join(folder, name))));
}
