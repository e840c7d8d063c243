import { readFileSync, writeFileSync } from "node:fs";
import { contextManager, resource } from "ts-raii";

/** Whatever is done to a file while this is held, its content is put back. */
export const restored = contextManager(function* restored(path: string) {
  const content = readFileSync(path);
  try {
    yield;
  } finally {
    writeFileSync(path, content);
  }
});

/** A progress display that fails when it is taken down. */
export const brokenDisplay = resource(
  () => undefined,
  () => {
    throw new Error("the terminal is gone");
  },
  "progress display",
);
