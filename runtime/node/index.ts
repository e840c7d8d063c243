export type { AtomicFile } from "./atomic-file.js";
export type { AsyncAtomicFile } from "./atomic-file-async.js";
export { atomicWrite, atomicWriteAsync, type AtomicWriteOptions } from "./atomic-write.js";
export { chdir } from "./chdir.js";
export { env } from "./env.js";
export {
  type FileLock,
  lockFile,
  lockFileAsync,
  type LockFileAsyncOptions,
  type LockFileOptions,
} from "./lock-file.js";
export { LockHeldError, type LockRefusal } from "./lock-held-error.js";
export type { LockHolder } from "./lock-holder.js";
export { openFile, openFileAsync } from "./open-file.js";
export { tempDir, tempDirAsync } from "./temp-dir.js";
export { tempFile, tempFileAsync, type TempFileOptions } from "./temp-file.js";
export type { TempOptions } from "./temp-name.js";
export { timer } from "./timer.js";
