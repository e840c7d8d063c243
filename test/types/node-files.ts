// Compiled and not run: what the resources of files, of the current folder and of the environment give, and what they refuse.
import type { FileHandle } from "node:fs/promises";
import { acquire, type AsyncResource, raii, type Resource, run } from "../../runtime/index.ts";
import {
  type AsyncAtomicFile,
  type AtomicFile,
  atomicWrite,
  atomicWriteAsync,
  chdir,
  env,
  type FileLock,
  lockFile,
  lockFileAsync,
  LockHeldError,
  type LockHolder,
  openFile,
  openFileAsync,
  tempDir,
  tempDirAsync,
  tempFile,
  tempFileAsync,
} from "../../runtime/node/index.ts";
import { type Assert, type Equal, given } from "./equal.ts";

export function synchronous() {
  const folder = raii(tempDir());
  const named = raii(tempDir("build-", { parent: "/var/tmp" }));
  const file = raii(tempFile("report-", { parent: undefined, suffix: ".csv" }));
  const descriptor = raii(openFile("a", "wx", 0o600));
  const ofUrl = raii(openFile(new URL("file:///a")));
  const written = raii(atomicWrite("a", { mode: "0640" }));
  const lock = raii(lockFile("a.lock"));
  const path = raii(chdir("a"));
  const variables = raii(env({ A: "1", B: undefined }));
  const { pid, since, started } = lock.holder;
  return given<
    [
      Assert<Equal<typeof folder, string>>,
      Assert<Equal<typeof named, string>>,
      Assert<Equal<typeof file, string>>,
      Assert<Equal<typeof descriptor, number>>,
      Assert<Equal<typeof ofUrl, number>>,
      Assert<Equal<typeof written, AtomicFile>>,
      Assert<Equal<ReturnType<typeof written.write>, void>>,
      Assert<Equal<typeof lock, FileLock>>,
      Assert<Equal<typeof pid, number>>,
      Assert<Equal<typeof since, string>>,
      Assert<Equal<typeof started, string | undefined>>,
      Assert<Equal<typeof path, string>>,
      Assert<Equal<typeof variables, NodeJS.ProcessEnv>>,
      Assert<Equal<ReturnType<typeof tempDir>, Resource<string>>>,
    ]
  >();
}

export async function asynchronous() {
  const folder = await raii(tempDirAsync());
  const file = await raii(tempFileAsync("report-"));
  const handle = await raii(openFileAsync("a"));
  const written = await raii(atomicWriteAsync("a"));
  const lock = await raii(
    lockFileAsync("a.lock", { wait: 100, signal: given<AbortSignal>(), isStale: ({ host }) => host === "a" }),
  );
  const awaited = await raii(tempDir()); // every synchronous one can be awaited
  return given<
    [
      Assert<Equal<typeof folder, string>>,
      Assert<Equal<typeof file, string>>,
      Assert<Equal<typeof handle, FileHandle>>,
      Assert<Equal<typeof written, AsyncAtomicFile>>,
      Assert<Equal<ReturnType<typeof written.write>, Promise<void>>>,
      Assert<Equal<typeof written.handle, FileHandle>>,
      Assert<Equal<typeof lock, FileLock>>,
      Assert<Equal<typeof awaited, string>>,
      Assert<Equal<ReturnType<typeof openFileAsync>, AsyncResource<FileHandle>>>,
    ]
  >();
}

export function withoutTheCompiler() {
  const size = run(function* () {
    const descriptor = yield* acquire(openFile("a"));
    const { write } = yield* acquire(atomicWrite("b"));
    return { descriptor, write };
  });
  return given<Assert<Equal<typeof size.descriptor, number>>>();
}

export function errors(error: unknown) {
  if (!(error instanceof LockHeldError)) return undefined;
  const { holder, path, isElsewhere, waited } = error;
  return given<
    [
      Assert<Equal<typeof holder, LockHolder | undefined>>,
      Assert<Equal<typeof path, string>>,
      Assert<Equal<typeof isElsewhere, boolean>>,
      Assert<Equal<typeof waited, number>>,
    ]
  >();
}

export function refused() {
  // @ts-expect-error -- a prefix is a name
  tempDir(1);
  // @ts-expect-error -- the folder is an option
  tempDir("a", "/var/tmp");
  // @ts-expect-error -- no such option
  tempFile("a", { extension: ".csv" });
  // @ts-expect-error -- a path is missing
  openFile();
  // @ts-expect-error -- the asynchronous one needs `await`
  raii(openFileAsync("a")).fd;
  // @ts-expect-error -- it does not wait: lockFileAsync does
  lockFile("a.lock", { wait: 100 });
  // @ts-expect-error -- a number of milliseconds
  lockFileAsync("a.lock", { wait: "1s" });
  // @ts-expect-error -- a decision, and not a promise of one
  lockFile("a.lock", { isStale: async () => true });
  // @ts-expect-error -- a lock is not a path
  raii(lockFile("a.lock")).length;
  // @ts-expect-error -- a name of a variable has a string
  env({ PORT: 8080 });
  // @ts-expect-error -- null unsets nothing: undefined does
  env({ PORT: null });
  // @ts-expect-error -- process.chdir takes no URL
  chdir(new URL("file:///a"));
  // @ts-expect-error -- what is written is text or bytes
  raii(atomicWrite("a")).write({ some: "object" });
  // @ts-expect-error -- it is the scope that puts it in place
  raii(atomicWrite("a")).commit();
  // @ts-expect-error -- not a resource, but what makes one
  raii(tempDir);
  // @ts-expect-error -- the mode is the second argument's option
  atomicWrite("a", 0o644);
  // @ts-expect-error -- thrown, and not made
  new LockHeldError("a");
}
