import { closeSync, openSync } from "node:fs";
import { type Resource, resource } from "ts-raii";

/** An open file; the handle is its descriptor. `flags` as `fs.openSync` takes them. */
export function openFile(path: string, flags: "r" | "wx+"): Resource<number> {
  return resource(
    () => openSync(path, flags),
    (fd) => closeSync(fd),
    path,
  );
}
