export { chdir } from "./chdir.js";
export { env } from "./env.js";
export { openFile, openFileAsync } from "./open-file.js";
export { tempDir, tempDirAsync } from "./temp-dir.js";
export { tempFile, tempFileAsync, type TempFileOptions } from "./temp-file.js";
export type { TempOptions } from "./temp-name.js";
export { timer } from "./timer.js";
