import { mkdtempSync, rmSync } from "node:fs";
import { contextManager } from "ts-raii";

/** A new, empty folder, removed at the end with all that is in it. `prefix` is the beginning of its path. */
export const tempDir = contextManager(function* tempDir(prefix: string) {
  const path = mkdtempSync(prefix);
  try {
    yield path;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
});
