// Acquires and releases every entry of `ts-raii/node` while something has run out, or is in the way. What it prints is
// judged by the test. A process of its own: it takes all descriptors, fills a disk, and may end by what nobody has caught.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Acquisition, type AsyncResource, Resource } from "../../runtime/index.ts";
import * as node from "../../runtime/node/index.ts";

function fill(folder: string): void {
  const deep = join(folder, "a", "b");
  fs.mkdirSync(deep, { recursive: true });
  for (const each of [folder, deep]) fs.writeFileSync(join(each, "f"), "new");
  fs.chmodSync(deep, 0o500);
}

/** What runs out or stands in the way, and when. */
const [, , condition, phase, folder] = process.argv as string[] as [string, string, string, string, string];

export type Entry = Exclude<keyof typeof node, "LockHeldError">;
interface Case {
  readonly make: () => AsyncResource<any>;
  /** What it is for. */
  readonly body?: (handle: any) => unknown;
}

const nameOf = (short: string): string => (condition === "ENAMETOOLONG" ? short.padEnd(300, "x") : short);
const at = (short: string): string => join(folder, nameOf(short));
const inFolder = { parent: folder };
const long = nameOf("t");
const waits = ["-e", "setInterval(() => {}, 1e6)"];

const cases: Record<Entry, Case> = {
  abortController: { make: () => node.abortController() },
  atomicWrite: { make: () => node.atomicWrite(at("a")), body: (file) => file.write("new") },
  atomicWriteAsync: { make: () => node.atomicWriteAsync(at("a")), body: (file) => file.write("new") },
  chdir: { make: () => node.chdir(condition === "ENAMETOOLONG" ? at("c") : folder) },
  childProcess: {
    make: () =>
      node.childProcess(process.execPath, waits, { cwd: condition === "ENAMETOOLONG" ? at("c") : folder }),
  },
  env: { make: () => node.env({ TS_RAII_TEST: "1" }) },
  interval: { make: () => node.interval(() => {}, 1000) },
  listener: { make: () => node.listener(process, "SIGUSR2", () => {}) },
  listening: { make: () => node.listening(createServer(), { path: at("s") }) },
  lockFile: { make: () => node.lockFile(at("l")) },
  lockFileAsync: { make: () => node.lockFileAsync(at("l")) },
  main: {
    make: () => ({
      [Resource.acquire]: async () => ({ handle: await node.main(() => {}), release: () => {} }),
    }),
  },
  openFile: { make: () => node.openFile(at("o"), "w"), body: (file) => void fs.writeSync(file, "new") },
  openFileAsync: { make: () => node.openFileAsync(at("o"), "w"), body: (file) => file.write("new") },
  readline: { make: () => node.readline(at("there")) },
  signals: { make: () => node.signals("SIGUSR2") },
  socket: { make: () => node.socket({ path: at("server") }) },
  stream: {
    make: () => node.stream(() => fs.createWriteStream(at("w"))),
    body: (stream) =>
      new Promise<void>((resolve, reject) =>
        stream.write("new", (error: unknown) => (error ? reject(error) : resolve())),
      ),
  },
  tempDir: {
    make: () => node.tempDir(long, inFolder),
    body: fill,
  },
  tempDirAsync: {
    make: () => node.tempDirAsync(long, inFolder),
    body: fill,
  },
  tempFile: { make: () => node.tempFile(long, inFolder) },
  tempFileAsync: { make: () => node.tempFileAsync(long, inFolder) },
  timer: { make: () => node.timer(() => {}, 1000) },
  worker: {
    make: () => node.worker("setInterval(() => {}, 1e6)", { eval: true }),
    body: (worker) => (phase === "acquire" ? undefined : once(worker, "online")),
  },
};

/** Brings the condition about. @returns what ends it. */
function impose(): () => void {
  if (condition === "EMFILE") {
    const taken: number[] = [];
    try {
      for (;;) taken.push(fs.openSync("/dev/null", "r"));
    } catch {}
    return () => taken.forEach((each) => fs.closeSync(each));
  }
  if (condition === "ENOSPC,blocks") {
    const filler = fs.openSync(join(folder, "filler"), "w");
    for (const size of [4096, 1]) {
      try {
        for (;;) fs.writeSync(filler, Buffer.alloc(size));
      } catch {}
    }
    fs.closeSync(filler);
    return () => fs.rmSync(join(folder, "filler"));
  }
  if (condition === "ENOSPC,files") {
    const count = (() => {
      for (let n = 0; ; n++) {
        try {
          fs.closeSync(fs.openSync(join(folder, `filler${n}`), "w"));
        } catch {
          return n;
        }
      }
    })();
    return () => Array.from({ length: count }, (_, n) => fs.rmSync(join(folder, `filler${n}`)));
  }
  if (condition === "EACCES") {
    const rights = phase === "acquire" ? 0 : 0o500; // to write, at least, is not allowed
    fs.chmodSync(folder, rights);
    return () => fs.chmodSync(folder, 0o700);
  }
  if (condition === "ENOTDIR") {
    const away = `${folder}.away`;
    fs.renameSync(folder, away);
    fs.writeFileSync(folder, "in the way");
    return () => {
      fs.rmSync(folder);
      fs.renameSync(away, folder);
    };
  }
  return () => {}; // a name that is too long is so from the beginning
}

const uncaught: string[] = [];

const descriptors = (): number => fs.readdirSync("/proc/self/fd").length;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

let thrown: unknown;

async function attempt(what: () => unknown): Promise<string> {
  try {
    await what();
    return "ok";
  } catch (error) {
    thrown = error;
    return codeOf(error);
  }
}

/** For as long as a condition holds, and some turns of the event loop more, so that what comes late comes. */
async function under(what: () => Promise<string>): Promise<string> {
  const end = impose();
  try {
    return await what();
  } finally {
    await delay(20);
    end();
  }
}

fs.writeFileSync(join(folder, "there"), "a line\n");
const server = createServer((each) => void each.resume().on("error", () => {}));
await new Promise<void>((resolve) => server.listen(join(folder, "server"), resolve));
server.unref();
await node.lockFile(join(folder, "warm"))[Resource.acquire]().release({ kind: "succeeded" });
await delay(20);

process.on("uncaughtException", (error: NodeJS.ErrnoException) => void uncaught.push(String(error)));

async function tryOut({ make, body = () => {} }: Case) {
  const before = descriptors();
  uncaught.length = 0;
  thrown = undefined;
  let acquisition: Acquisition<any> | undefined;
  const steps: [step: string, what: () => unknown][] = [
    ["acquire", async () => void (acquisition = await make()[Resource.acquire]())],
    ["body", () => acquisition && body(acquisition.handle)],
    ["release", () => acquisition?.release({ kind: "succeeded" })],
  ];
  const outcome: string[] = [];
  for (const [step, what] of steps) {
    outcome.push(await (step === phase ? under(() => attempt(what)) : attempt(what)));
    if (acquisition === undefined) break;
  }
  for (let turn = 0; turn < 100 && descriptors() > before; turn++) await delay(10);
  const left = fs.readdirSync(folder).filter((each) => each !== "there" && each !== "server");
  const result = {
    outcome: outcome.join(),
    left,
    descriptors: Math.max(0, descriptors() - before), // newer Nodes close one of their own at the beginning
    uncaught: [...uncaught],
    message: String(thrown),
  };
  for (const each of left) {
    spawnSync("chmod", ["-R", "u+rwX", join(folder, each)]);
    fs.rmSync(join(folder, each), { recursive: true });
  }
  return result;
}

const results: Record<string, unknown> = {};
for (const name of Object.keys(cases) as Entry[]) results[name] = await tryOut(cases[name]);
console.log(JSON.stringify(results));
server.close();
