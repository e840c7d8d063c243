import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { raii } from "ts-raii";
import { check } from "../check.js";
import { tempDir } from "../temp-dir.js";
import { listFiles } from "./list-files.js";
import { brokenDisplay, restored } from "./mishaps.js";
import { observe } from "./observe.js";
import { pack } from "./pack.js";
import { laySources } from "./sources.js";
import { verifyArchive } from "./verify-archive.js";

// Packs the sources of this repository, once to the end and then with something going wrong at different moments; each
// time all that pack() took must have been given back. To be run in the folder of the repository.

function main(): string {
  "use raii";
  const work = raii(tempDir(join(tmpdir(), "ts-raii-pack-")));
  const folder = join(work, "sources");
  const output = join(work, "output");
  const name = "sources.tar.gz";
  const archive = join(output, name);
  laySources(process.cwd(), folder);
  mkdirSync(output);

  const files = listFiles(folder);
  const middle = files[files.length >> 1]!;
  const job = { folder, files, archive };
  /** Cuts one file when its turn comes: it is open then, and has not been read. */
  const cut = (path: string) => {
    if (path === middle) truncateSync(join(folder, path), 10);
  };
  const bytes = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  console.log(`${files.length} files, ${kilobytes(bytes)}, are packed into ${name}`);

  observe({ title: "1. To the end", output, body: () => pack(job), leaves: [name] });
  verifyArchive(archive, files, join(work, "extracted"));
  console.log(`--    the archive has ${kilobytes(statSync(archive).size)}`);
  rmSync(archive);

  {
    raii(restored(join(folder, middle)));
    rmSync(join(folder, middle));
    observe({
      title: "2. A source is missing: half of them are open when that is found",
      output,
      body: () => pack(job),
      error: /^Error: ENOENT/,
      leaves: [],
    });
  }

  {
    raii(restored(join(folder, middle)));
    observe({
      title: "3. A source shrinks in the middle of the work",
      output,
      body: () => pack({ ...job, beforeFile: cut }),
      error: /^Error: .* ends after 10 of \d+ bytes/,
      leaves: [],
    });
  }

  observe({
    title: "4. All is written, then a release fails: those after it are told, and there is no archive",
    output,
    body: () => pack({ ...job, during: brokenDisplay }),
    error: /^Error: the terminal is gone$/,
    leaves: [],
  });

  {
    raii(restored(join(folder, middle)));
    observe({
      title: "5. A source shrinks, and a release fails, too: no error is lost",
      output,
      body: () => pack({ ...job, beforeFile: cut, during: brokenDisplay }),
      error:
        /^SuppressedError: .*the terminal is gone \(while releasing progress display\)\n {2}after .* ends after 10 of \d+ bytes/,
      leaves: [],
    });
  }

  observe({
    title: "6. The same archive is packed while it is being packed",
    output,
    body: () => pack({ ...job, beforeFile: () => pack(job) }),
    error: new RegExp(`lock is held by the running process ${process.pid}$`),
    leaves: [],
  });

  writeFileSync(`${archive}.lock`, `${spawnSync(process.execPath, ["--version"]).pid}\n`);
  observe({
    title: "7. The lock is left over from a process that has ended",
    output,
    body: () => pack(job),
    error: /lock is left over from process \d+, which has ended/,
    leaves: [`${name}.lock`],
  });
  // raii-expect-error escape: only its name is returned, to see that it is gone
  return work;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

const work = main();
check("the folder all this was done in is gone", !existsSync(work));
