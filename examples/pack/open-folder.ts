import { type Dir, opendirSync } from "node:fs";
import { type Resource, resource } from "ts-raii";

/** A folder opened for reading its entries. */
export function openFolder(path: string): Resource<Dir> {
  return resource(
    () => opendirSync(path),
    (folder) => folder.closeSync(),
    path,
  );
}
