// Every entry of `ts-raii/node`, acquired, used and released, where there is no free descriptor, no room on the disk, no
// right, a file in the place of a folder, or a name that is too long. It fails with that, at that place, and leaves nothing.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as node from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { bundle, testFolder } from "./child.ts";
import type { Entry } from "./exhaustion-program.ts";
import { use, useNow } from "./use.ts";

const entries = Object.keys(node).filter((name) => name !== "LockHeldError") as Entry[];
const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};

/** What comes of acquiring, using and releasing it, as codes of errors; and the names of what is left, if that is not `kept`. */
type Expected = string | readonly [outcome: string | RegExp, left: RegExp];
type Expectations = Partial<Record<Entry, Expected>>;

/** What an entry makes that is to stay. */
const kept: Expectations = {
  atomicWrite: "a",
  atomicWriteAsync: "a",
  openFile: "o",
  openFileAsync: "o",
  stream: "w",
};
const fine = "ok,ok,ok";

const all = (outcome: string, ...names: Entry[]): Expectations =>
  Object.fromEntries(names.map((name) => [name, outcome]));
const temporary = ["tempDir", "tempDirAsync", "tempFile", "tempFileAsync"] as const;
const written = ["atomicWrite", "atomicWriteAsync", "openFile", "openFileAsync", "stream"] as const;
const locks = ["lockFile", "lockFileAsync"] as const;
const inFolders = [...temporary, ...written, ...locks, "listening"] as const;

/** Where nothing is said of an entry it is not concerned: all is fine. */
const table: Record<string, Expectations> = {
  "EMFILE acquire": {
    ...all(
      "EMFILE",
      ...written,
      ...locks,
      "childProcess",
      "listening",
      "readline",
      "socket",
      "worker",
      ...temporary, // to remove a folder takes a descriptor, which is kept from the beginning
    ),
  },
  "EMFILE release": {},
  "ENOSPC,blocks acquire": all("ENOSPC", ...locks),
  "ENOSPC,blocks body": {
    ...all("ok,ENOSPC,ok", "openFile", "openFileAsync", "tempDir", "tempDirAsync"),
    stream: "ok,ENOSPC,ENOSPC",
    atomicWrite: ["ok,ENOSPC,ENOSPC", /^$/],
    atomicWriteAsync: ["ok,ENOSPC,ENOSPC", /^$/],
  },
  "ENOSPC,blocks release": {},
  "ENOSPC,files acquire": all("ENOSPC", ...inFolders),
  "ENOSPC,files release": {},
  "EACCES acquire": all("EACCES", ...inFolders, "chdir", "childProcess", "readline", "socket"),
  "EACCES release": {
    ...Object.fromEntries(temporary.map((name) => [name, ["ok,ok,EACCES", /^t/]])),
    ...Object.fromEntries(locks.map((name) => [name, ["ok,ok,EACCES", /^l$/]])),
    atomicWrite: ["ok,ok,EACCES", /^\.a\..*\.tmp$/],
    atomicWriteAsync: ["ok,ok,EACCES", /^\.a\..*\.tmp$/],
    listening: ["ok,ok,EACCES", /^s$/], // the next server takes it over
  },
  "ENOTDIR acquire": all("ENOTDIR", ...inFolders, "chdir", "childProcess", "readline", "socket"),
  "ENOTDIR release": {
    ...Object.fromEntries(temporary.map((name) => [name, ["ok,ok,ENOTDIR", /^t/]])),
    ...Object.fromEntries(locks.map((name) => [name, ["ok,ok,ENOTDIR", /^l$/]])),
    atomicWrite: ["ok,ok,ENOTDIR", /^\.a\..*\.tmp$/],
    atomicWriteAsync: ["ok,ok,ENOTDIR", /^\.a\..*\.tmp$/],
    listening: ["ok,ok,ENOTDIR", /^s$/],
  },
  "ENAMETOOLONG acquire": all("ENAMETOOLONG", ...inFolders, "chdir", "childProcess", "readline", "socket"),
};

let root = "";
let program = "";
const mounted: string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "ts-raii-"));
  chmodSync(root, 0o755);
  program = bundle(readFileSync(new URL("exhaustion-program.ts", import.meta.url), "utf8"));
});
afterAll(() => {
  for (const each of mounted) spawnSync("umount", [each]);
  rmSync(root, { recursive: true, force: true });
});

/** A new folder, on a disk of its own where a condition needs one. @returns `undefined` where that cannot be had. */
function folderFor(condition: string): string | undefined {
  const parent = mkdtempSync(join(root, "p"));
  const folder = join(parent, "f");
  mkdirSync(folder);
  chmodSync(parent, 0o755);
  if (condition.startsWith("ENOSPC")) {
    const limit = condition === "ENOSPC,files" ? "nr_inodes=12" : "size=64k";
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `${limit},mode=777`, "none", folder]);
    if (status !== 0) return undefined;
    mounted.push(folder);
  } else if (isRoot) {
    for (const each of [parent, folder]) chownSync(each, 65534, 65534);
  }
  return folder;
}

interface Outcome {
  readonly outcome: string;
  readonly left: string[];
  readonly descriptors: number;
  readonly uncaught: string[];
  /** Of the last error. */
  readonly message: string;
}

function run(condition: string, phase: string, folder: string): Record<Entry, Outcome> {
  const limit = condition === "EMFILE" ? "ulimit -n 48; " : "";
  const { stdout, stderr, status, signal } = spawnSync(
    "sh",
    ["-c", `${limit}exec "$@"`, "sh", process.execPath, program, condition, phase, folder],
    { ...nobody, encoding: "utf8", cwd: "/" },
  );
  if (status !== 0) throw new Error(`it ended with ${status ?? signal}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<Entry, Outcome>;
}

const named = (folder: string): unknown => expect.stringContaining(folder);

describe.runIf(process.platform === "linux")("every entry", () => {
  it.for(Object.entries(table))("%s", ([name, expectations], context) => {
    const [condition, phase] = name.split(" ") as [string, string];
    const folder = folderFor(condition);
    if (folder === undefined) {
      const reason = `skipped: ${name}: no disk could be mounted, which takes root`;
      console.log(reason);
      return context.skip(reason);
    }
    const results = run(condition, phase, folder);
    expect(Object.keys(results).sort()).toEqual([...entries].sort());
    for (const entry of entries) {
      const { outcome, left, descriptors, uncaught, message } = results[entry];
      const given = expectations[entry] ?? fine;
      const isAcquired = outcome.startsWith("ok");
      const [expected, rest] =
        typeof given === "string" ? [given, isAcquired ? `${String(kept[entry] ?? "")}` : ""] : given;
      expect([entry, outcome]).toEqual([
        entry,
        typeof expected === "string" ? expected : expect.stringMatching(expected),
      ]);
      expect([entry, left.join()]).toEqual([
        entry,
        typeof rest === "string" ? rest : expect.stringMatching(rest),
      ]);
      expect([entry, descriptors, uncaught]).toEqual([entry, 0, []]);
      // Who finds something left has been told where.
      if (phase === "release" && outcome !== fine) expect([entry, message]).toEqual([entry, named(folder)]);
    }
  });

  it("a worker works, or fails at its acquisition, with any number of free descriptors, alone and beside others", () => {
    const program = bundle(`
      import fs from "node:fs";
      import { once } from "node:events";
      import { Resource } from "../../runtime/index.ts";
      import { worker } from "../../runtime/node/index.ts";
      const source = "const { parentPort } = require('worker_threads'); parentPort.on('message', (n) => parentPort.postMessage(n))";
      async function outcome() {
        const made = worker(source, { eval: true });
        let acquisition;
        try {
          acquisition = await made[Resource.acquire]();
        } catch (error) {
          return error.code;
        }
        try {
          acquisition.handle.postMessage(1);
          return "answered " + (await once(acquisition.handle, "message"));
        } catch (error) {
          return "late " + error;
        } finally {
          await acquisition.release({ kind: "succeeded" });
        }
      }
      const heard = { 1: {}, 6: {} };
      for (const count of [1, 6]) {
        for (let free = 0; free < 30; free++) {
          const taken = [];
          try { for (;;) taken.push(fs.openSync("/dev/null")); } catch {}
          for (const each of taken.splice(0, free)) fs.closeSync(each);
          for (const each of await Promise.all(Array.from({ length: count }, outcome)))
            heard[count][each] = (heard[count][each] ?? 0) + 1;
          for (const each of taken) fs.closeSync(each);
        }
      }
      console.log(JSON.stringify(heard));
    `);
    const heard = JSON.parse(
      execFileSync("sh", ["-c", 'ulimit -n 80; exec "$@"', "sh", process.execPath, program], {
        encoding: "utf8",
      }),
    ) as Record<string, Record<string, number>>;
    for (const each of Object.values(heard))
      expect(Object.keys(each).sort()).toEqual(["EMFILE", "answered 1"]);
  });

  it("what is written to a full device is told by the release, where nobody has listened", async () => {
    const { error } = await rejectedBy(
      use(
        node.stream(() => import("node:fs").then((fs) => fs.createWriteStream("/dev/full"))),
        (stream) => {
          stream.write("lost");
        },
      ),
    );
    expect(error).toMatchObject({ code: "ENOSPC" });
  });
});

describe.runIf(process.platform !== "win32")("names of every length", () => {
  const folder = testFolder();

  it("a lock file that is acquired can be released, and leaves nothing; another is refused", () => {
    const lengths = new Map<string, number>();
    for (let length = 1; length <= 256; length++) {
      const path = folder.join("l".repeat(length));
      let outcome = "released";
      try {
        useNow(node.lockFile(path), () => {});
      } catch (error) {
        outcome = (error as NodeJS.ErrnoException).code ?? String(error);
      }
      lengths.set(outcome, (lengths.get(outcome) ?? 0) + 1);
      expect(readdirSync(folder.path)).toEqual([]);
    }
    expect([...lengths.keys()]).toEqual(["released", "ENAMETOOLONG"]);
    expect(lengths.get("released")).toBeGreaterThan(150);
  });

  it.each(["x", "ü", "語", "🔒"])(
    "a file of any name that the system takes can be replaced: %s",
    (letter) => {
      const most = Math.floor(255 / Buffer.byteLength(letter));
      for (let length = 1; length <= most; length++) {
        const path = folder.join(letter.repeat(length));
        useNow(node.atomicWrite(path), (file) => file.write("new"));
        expect(readFileSync(path, "utf8")).toBe("new");
        rmSync(path);
        expect(readdirSync(folder.path)).toEqual([]);
      }
    },
  );

  it("the path of a Unix socket is never cut off", async () => {
    const at = (length: number): string => `${folder.path}/`.padEnd(length, "s");
    for (let length = 100; length < 112; length++) {
      const path = at(length);
      const heard: string[] = [];
      try {
        await use(node.listening(createServer(), { path }), async () => {
          heard.push(...readdirSync(folder.path));
          await use(node.socket({ path }), () => {});
        });
      } catch (error) {
        heard.push((error as NodeJS.ErrnoException).code!);
      }
      expect(heard).toEqual([
        length <= (process.platform === "linux" ? 107 : 103)
          ? path.slice(folder.path.length + 1)
          : "ENAMETOOLONG",
      ]);
      expect(readdirSync(folder.path)).toEqual([]);
    }
    const { error } = await rejectedBy(use(node.socket({ path: at(200) }), () => {}));
    expect(error).toMatchObject({ code: "ENAMETOOLONG" });
  });
});
