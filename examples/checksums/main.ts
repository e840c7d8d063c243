import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { raii } from "ts-raii";
import { check } from "../check.js";
import { checkSums } from "../check-sums.js";
import { listFiles } from "../pack/list-files.js";
import { tempDir } from "../temp-dir.js";
import { checksumService, type ServiceOptions } from "./checksum-service.js";
import { linesOfFile } from "./lines-of-file.js";
import { brokenDisplay, endingThread, hangingThread } from "./mishaps.js";
import { observe } from "./observe.js";
import { sumLists } from "./sum-lists.js";
import { sumsOf } from "./sums-of.js";

// A service that computes checksums in a worker thread, and its clients, on the sources of this repository: once to the
// end and then with something going wrong at different moments; each time all that was taken must have been given back.
// To be run in the folder of the repository.

async function main(): Promise<string> {
  "use raii";
  const work = raii(tempDir(join(tmpdir(), "ts-raii-checksums-")));
  const folder = process.cwd();
  const filesOf = (name: string) => listFiles(join(folder, name)).map((path) => `${name}/${path}`);
  const docs = filesOf("docs");
  const runtime = filesOf("runtime");
  const docsList = writeList(join(work, "docs"), docs);
  const runtimeList = writeList(join(work, "runtime"), runtime);
  const brokenList = writeList(join(work, "broken"), [...docs, "docs/missing.md", ...runtime]);
  const service: ServiceOptions = {
    folder,
    thread: new URL("hash-thread.js", import.meta.url),
    limit: 10_000,
    say: (line) => console.log(`      ${line}`),
  };
  const job = { service, lists: [docsList], limit: 30_000 };

  createServer().listen().close(); // the first one of a process makes Node open a descriptor in reserve, for good

  await observe({
    title: "1. To the end, two clients at once",
    work,
    body: async (output) => {
      await sumLists({ ...job, lists: [docsList, runtimeList], output });
      checkSums("files of docs", join(output, "docs.sums"), folder, docs.length);
      checkSums("files of runtime", join(output, "runtime.sums"), folder, runtime.length);
    },
    leaves: ["docs.sums", "runtime.sums"],
  });

  await observe({
    title: "2. A file is missing: its client fails in the middle, the other one is served to the end",
    work,
    body: (output) => sumLists({ ...job, lists: [brokenList, runtimeList], output }),
    error: "Error: docs/missing.md: ENOENT",
    leaves: ["runtime.sums"],
  });

  await observe({
    title: "3. All is written, then a release fails: those after it are told, and nothing is saved",
    work,
    body: (output) => sumLists({ ...job, during: brokenDisplay, output }),
    error: "Error: the terminal is gone",
    leaves: [],
  });

  await observe({
    title: "4. The worker thread ends: the connection fails, and so does the client; no error is lost",
    work,
    body: (output) => sumLists({ ...job, service: { ...service, thread: endingThread }, output }),
    error:
      "SuppressedError: Error: the worker thread has ended with exit code 7 (while releasing connections)\n" +
      `  after Error: ${docs[0]}: the service has closed the connection`,
    leaves: [],
  });

  await observe({
    title: "5. The worker thread hangs: the client's time is up first, then that of its request",
    work,
    body: (output) =>
      sumLists({ ...job, service: { ...service, thread: hangingThread, limit: 1000 }, limit: 500, output }),
    error:
      "SuppressedError: Error: a request took longer than 1000 ms (while releasing connections)\n" +
      "  after Error: the client took longer than 500 ms",
    leaves: [],
  });

  await observe({
    title: "6. Nobody wants more after the first sum: that closes the list and the connection",
    work,
    body: async () => {
      "use raii";
      const port = await raii(checksumService(service));
      for await (const line of sumsOf(port, linesOfFile(docsList), job.limit)) {
        check(`the sum of ${docs[0]} has come`, line.endsWith(`  ${docs[0]}`));
        break;
      }
    },
    leaves: [],
  });
  // raii-expect-error escape: only its name is returned, to see that it is gone
  return work;
}

/** Writes a list of files for a client. */
function writeList(path: string, files: readonly string[]): string {
  writeFileSync(path, files.join("\n"));
  return path;
}

const work = await main();
check("the folder all this was done in is gone", !existsSync(work));

// Comes only when nothing is left to wait for; a process that was ended by a call of process.exit() does not come here.
process.once("beforeExit", () => check("the process ends by itself: nothing keeps it alive", true));
