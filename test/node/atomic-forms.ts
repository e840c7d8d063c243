import type { AsyncResource } from "../../runtime/index.ts";
import {
  type AsyncAtomicFile,
  type AtomicFile,
  atomicWrite,
  atomicWriteAsync,
  type AtomicWriteOptions,
} from "../../runtime/node/index.ts";

export type Make = (
  path: string | URL,
  options?: AtomicWriteOptions,
) => AsyncResource<AtomicFile | AsyncAtomicFile>;

/** Both, for tests that hold for either. */
export const forms: [string, Make][] = [
  ["atomicWrite", atomicWrite],
  ["atomicWriteAsync", atomicWriteAsync],
];

export const isSynchronous = (file: AtomicFile | AsyncAtomicFile): file is AtomicFile => "descriptor" in file;
export const posix = process.platform !== "win32";
