import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { type AsyncResource, resource } from "ts-raii";

/**
 * A file that appears at `path` complete or not at all; the handle is the file to write to. It asks how the scope has
 * ended: after success, and only then, what has been written gets its name; else it is deleted.
 */
export function atomicFile(path: string): AsyncResource<FileHandle> {
  const part = `${path}.${process.pid}.part`; // beside `path`: a rename is atomic within one file system only
  return resource(
    () => open(part, "wx"),
    async (file, exit) => {
      try {
        try {
          if (exit.kind === "succeeded") await file.sync(); // the content is on the disk before the name is
        } finally {
          await file.close();
        }
        if (exit.kind === "succeeded") await rename(part, path);
      } finally {
        await rm(part, { force: true }); // `force`: after the rename there is none
      }
    },
    path,
  );
}
