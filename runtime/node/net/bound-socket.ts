import cluster from "node:cluster";
import { lstatSync, unlinkSync } from "node:fs";
import { resolve } from "node:path";
import { codeOf, fileError, messageOf } from "../common/file-error.js";

/**
 * The Unix socket that a server has just made. Node removes it when the server is closed, by the path that it was given,
 * and says nothing when it cannot: no right, or another current folder than before.
 *
 * @returns removes what is left of it. It throws an error with the path where it cannot, or cannot look.
 */
export function boundSocket(path: string): () => void {
  // A worker of a cluster shares the socket, which stays until all of them have closed it.
  if (process.platform === "win32" || path.startsWith("\0") || cluster.isWorker) return () => {};
  const absolute = resolve(path);
  let made: string | undefined;
  try {
    made = identityOf(absolute);
  } catch {} // somebody has removed it already
  return () => {
    try {
      if (made !== undefined && identityOf(absolute) === made) unlinkSync(absolute);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      throw fileError(`listening: the socket ${absolute} may be left: ${messageOf(error)}`, error);
    }
  };
}

/** Not by its times, but for that of its birth: to set its rights is part of its use. */
function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true });
  return stats.isSocket() ? `${stats.dev} ${stats.ino} ${stats.birthtimeNs}` : undefined;
}
