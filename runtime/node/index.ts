export type { AtomicFile } from "./files/atomic-file.js";
export type { AsyncAtomicFile } from "./files/atomic-file-async.js";
export { atomicWrite, atomicWriteAsync, type AtomicWriteOptions } from "./files/atomic-write.js";
export { openFile, openFileAsync } from "./files/open-file.js";
export { readline, type ReadlineOptions } from "./files/readline.js";
export { stream, type StreamOptions } from "./files/stream.js";
export { tempDir, tempDirAsync } from "./files/temp-dir.js";
export { tempFile, tempFileAsync, type TempFileOptions } from "./files/temp-file.js";
export type { TempOptions } from "./files/temp-name.js";
export {
  type FileLock,
  lockFile,
  lockFileAsync,
  type LockFileAsyncOptions,
  type LockFileOptions,
} from "./locks/lock-file.js";
export { LockHeldError, type LockRefusal } from "./locks/lock-held-error.js";
export type { LockHolder } from "./locks/lock-holder.js";
export { type Listening, listening, type ListeningAtPath, type ListeningOptions } from "./net/listening.js";
export { socket, type SocketOptions } from "./net/socket.js";
export { chdir } from "./processes/chdir.js";
export {
  childProcess,
  type ChildProcessOptions,
  type Ended,
  type RunningProcess,
} from "./processes/child-process.js";
export { env } from "./processes/env.js";
export { worker, type WorkerOptions } from "./processes/worker.js";
export { abortController, type AbortControllerOptions } from "./signals/abort-controller.js";
export { interval } from "./signals/interval.js";
export { listener, type ListenerOptions, type TargetListenerOptions } from "./signals/listener.js";
export { main, type MainOptions } from "./signals/main.js";
export { signals } from "./signals/signals.js";
export { timer, type TimerOptions } from "./signals/timer.js";
