export { abortController, type AbortControllerOptions } from "./abort-controller.js";
export type { AtomicFile } from "./atomic-file.js";
export type { AsyncAtomicFile } from "./atomic-file-async.js";
export { atomicWrite, atomicWriteAsync, type AtomicWriteOptions } from "./atomic-write.js";
export { chdir } from "./chdir.js";
export { childProcess, type ChildProcessOptions, type Ended, type RunningProcess } from "./child-process.js";
export { env } from "./env.js";
export { interval } from "./interval.js";
export { listener, type ListenerOptions, type TargetListenerOptions } from "./listener.js";
export { listening, type Listening, type ListeningAtPath, type ListeningOptions } from "./listening.js";
export {
  type FileLock,
  lockFile,
  lockFileAsync,
  type LockFileAsyncOptions,
  type LockFileOptions,
} from "./lock-file.js";
export { LockHeldError, type LockRefusal } from "./lock-held-error.js";
export type { LockHolder } from "./lock-holder.js";
export { main, type MainOptions } from "./main.js";
export { openFile, openFileAsync } from "./open-file.js";
export { readline, type ReadlineOptions } from "./readline.js";
export { signals } from "./signals.js";
export { socket, type SocketOptions } from "./socket.js";
export { stream, type StreamOptions } from "./stream.js";
export { tempDir, tempDirAsync } from "./temp-dir.js";
export { tempFile, tempFileAsync, type TempFileOptions } from "./temp-file.js";
export type { TempOptions } from "./temp-name.js";
export { timer, type TimerOptions } from "./timer.js";
export { worker, type WorkerOptions } from "./worker.js";
