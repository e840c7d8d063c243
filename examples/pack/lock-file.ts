import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { contextManager } from "ts-raii";

/**
 * A lock that only one process holds: a file that must not have existed. Its text is the process id of the holder.
 * A lock that is left over is reported and not broken: between looking and deleting another process may take it.
 */
export const lockFile = contextManager(function* lockFile(path: string) {
  const fd = create(path);
  try {
    try {
      writeFileSync(fd, `${process.pid}\n`);
    } finally {
      closeSync(fd);
    }
    yield path;
  } finally {
    rmSync(path); // not `force`: a lock that somebody has taken away is an error
  }
});

function create(path: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(`${path} is ${holder(path)}`, { cause: error });
  }
}

function holder(path: string): string {
  const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
  if (!(pid > 0)) return "held by a process that has not written its id yet";
  return isRunning(pid)
    ? `held by the running process ${pid}`
    : `left over from process ${pid}, which has ended: delete the file to go on`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing, only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it runs, as another user
  }
}
