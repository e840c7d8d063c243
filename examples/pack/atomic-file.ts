import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { type Resource, resource } from "ts-raii";

/**
 * A file that appears at `path` complete or not at all; the handle is its descriptor. It asks how the scope has
 * ended: after success, and only then,
 * what has been written gets its name; else it is deleted. A release before this one that fails counts, too.
 */
export function atomicFile(path: string): Resource<number> {
  const part = `${path}.${process.pid}.part`; // beside `path`: a rename is atomic within one file system only
  return resource(
    () => openSync(part, "wx"),
    (fd, exit) => {
      try {
        try {
          if (exit.kind === "succeeded") fsyncSync(fd); // the content is on the disk before the name is
        } finally {
          closeSync(fd);
        }
        if (exit.kind === "succeeded") renameSync(part, path);
      } finally {
        rmSync(part, { force: true }); // `force`: after the rename there is none
      }
    },
    path,
  );
}
