import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { acquire, type AsyncResource, Resource, run } from "../../runtime/index.ts";
import {
  type FileLock,
  lockFile,
  lockFileAsync,
  LockHeldError,
  type LockHolder,
} from "../../runtime/node/index.ts";
import { stateOf } from "../../runtime/node/lock-holder.ts";
import { bundle, kill, message, start, testFolder } from "./child.ts";
import { errorOf, ways, within } from "./ways-out.ts";

const folder = testFolder();
const path = (): string => folder.join("the.lock");
const holder = (): LockHolder => JSON.parse(readFileSync(path(), "utf8")) as LockHolder;
const write = (changes: Partial<Record<keyof LockHolder, unknown>>): void =>
  writeFileSync(path(), JSON.stringify({ ...ours(), ...changes }));

/** What this process writes; acquired and released for it. */
function ours(): LockHolder {
  return run(function* () {
    return (yield* acquire(lockFile(folder.join("another.lock")))).holder;
  });
}

/** Takes the lock, and leaves its file behind as if the process had been killed. */
function leaveLock(changes: Partial<Record<keyof LockHolder, unknown>>): void {
  write({ token: "01234567-89ab-cdef-0123-456789abcdef", ...changes });
}

async function refusal(resource: AsyncResource<FileLock> = lockFile(path())): Promise<LockHeldError> {
  const error = await within(resource, "succeeded").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LockHeldError);
  return error as LockHeldError;
}

/** A number that no process has: that of one which has just ended. */
async function freePid(): Promise<number> {
  const child = start(bundle(`process.disconnect();`));
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid!;
}

describe.each([
  ["lockFile", lockFile],
  ["lockFileAsync", lockFileAsync],
])("%s()", (_, make) => {
  it.each(ways)("is held within the scope and gone after it, when that has %s", async (way) => {
    const resource = make(path());
    expect(readdirSync(folder.path)).toEqual([]);
    const error = await within(resource, way, (lock: FileLock) => {
      expect(lock).toEqual({ path: path(), holder: holder() });
      expect(holder()).toMatchObject({ pid: process.pid, host: hostname() });
      expect(Math.abs(Date.now() - Date.parse(holder().since))).toBeLessThan(60_000);
      expect(readdirSync(folder.path)).toEqual(["the.lock"]);
    });
    expect(error).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("takes a URL, and a path from the folder that is current at the acquisition", async () => {
    await within(make(pathToFileURL(path())), "succeeded", () => expect(existsSync(path())).toBe(true));
    const before = process.cwd();
    mkdirSync(folder.join("elsewhere"));
    process.chdir(folder.path);
    try {
      const error = await within(make("the.lock"), "succeeded", (lock: FileLock) => {
        expect(lock.path).toMatch(/[/\\]the\.lock$/);
        process.chdir("elsewhere");
      });
      expect(error).toBeUndefined();
      expect(existsSync(path())).toBe(false);
    } finally {
      process.chdir(before);
    }
  });

  it("is refused to another task of this process, at once", async () => {
    await within(make(path()), "succeeded", async () => {
      const error = await refusal(make(path()));
      expect(error.message).toBe(
        `ts-raii: the lock ${path()} is held by process ${process.pid} on ${hostname()} (since ${holder().since}). That is this process: the scope that holds it has to end first`,
      );
      expect(error).toMatchObject({
        name: "LockHeldError",
        path: path(),
        file: path(),
        holder: holder(),
        waited: 0,
      });
      expect(readdirSync(folder.path)).toEqual(["the.lock"]);
    });
    expect(await within(make(path()), "succeeded")).toBeUndefined();
  });

  it("a second release is refused, and removes nothing", async () => {
    const acquisition = await make(path())[Resource.acquire]();
    await acquisition.release({ kind: "succeeded" });
    await within(make(path()), "succeeded", () => {
      expect(() => acquisition.release({ kind: "succeeded" })).toThrow("was released before");
      expect(existsSync(path())).toBe(true);
    });
  });

  it("throws what the system says when the folder is not there", async () => {
    const error = await within(make(folder.join("missing/x.lock")), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    expect(errorOf(error).code).toBe("ENOENT");
  });
});

describe("a lock that others hold", () => {
  it("one of a live process is refused, with who holds it and what to do", async () => {
    const child = start(
      bundle(`
        import { lockFile } from "../../runtime/node/index.ts";
        import { within } from "./ways-out.ts";
        await within(lockFile(process.argv[2]!), "succeeded", () => {
          process.send!("held");
          return new Promise((resolve) => process.once("message", resolve));
        });
        process.disconnect();
      `),
      path(),
    );
    expect(await message(child)).toBe("held");
    const error = await refusal();
    expect(error.holder?.pid).toBe(child.pid);
    expect(error.message).toBe(
      `ts-raii: the lock ${path()} is held by process ${child.pid} on ${hostname()} (since ${holder().since}). Wait for it: lockFileAsync(path, { wait: milliseconds })`,
    );

    // Who waits for it gets it when its holder gives it back.
    const waiting = within(lockFileAsync(path(), { wait: Infinity }), "succeeded", () => {
      expect(holder().pid).toBe(process.pid);
    });
    child.send("go on");
    expect(await waiting).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
    await kill(child);
  });

  it("one of a process that was killed is taken over", async () => {
    const child = start(
      bundle(`
        import { lockFile } from "../../runtime/node/index.ts";
        import { within } from "./ways-out.ts";
        await within(lockFile(process.argv[2]!), "succeeded", () => {
          process.send!("held");
          return new Promise((resolve) => process.once("message", resolve)); // which never comes
        });
      `),
      path(),
    );
    expect(await message(child)).toBe("held");
    expect((await refusal()).holder?.pid).toBe(child.pid);
    await kill(child);
    expect(holder().pid).toBe(child.pid);
    expect(await within(lockFile(path()), "succeeded", () => expect(holder().pid).toBe(process.pid))).toBe(
      undefined,
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("one of a process that has not given it back when it ended is taken over, also while its parent has not asked for its exit code", async () => {
    // A shell that does not wait for its child, which stays there as a zombie.
    const program = bundle(`
      import { lockFile } from "../../runtime/node/index.ts";
      import { Resource } from "../../runtime/resource.ts";
      lockFile(process.argv[2]!)[Resource.acquire]();
      process.exit();
    `);
    const parent = start(
      bundle(`
        import { spawn } from "node:child_process";
        // "exec sleep" takes the place of the shell, and knows nothing of the child that the shell had.
        const shell = spawn("sh", ["-c", '"$0" "$1" "$2" & exec sleep 1000', process.execPath, ...process.argv.slice(2)]);
        process.once("message", () => { shell.kill(); process.disconnect(); });
      `),
      program,
      path(),
    );
    const zombie = async (): Promise<void> => {
      while (!existsSync(path())) await new Promise((resolve) => setTimeout(resolve, 10));
      if (process.platform !== "linux") return;
      const state = (): string => readFileSync(`/proc/${holder().pid}/stat`, "utf8").split(") ")[1]![0]!;
      while (state() !== "Z") await new Promise((resolve) => setTimeout(resolve, 10));
      expect(process.kill(holder().pid, 0)).toBe(true); // to this it is there
    };
    try {
      await zombie();
      if (process.platform === "linux") expect(stateOf({ ...holder(), started: undefined })).toBe("dead");
      expect(
        await within(lockFileAsync(path(), { wait: 60_000 }), "succeeded", () =>
          expect(holder().pid).toBe(process.pid),
        ),
      ).toBeUndefined();
    } finally {
      parent.send("end");
      await new Promise((resolve) => parent.once("exit", resolve));
    }
  });

  it("one whose number no process has is taken over", async () => {
    leaveLock({ pid: await freePid() });
    expect(await within(lockFile(path()), "succeeded")).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.runIf(process.platform !== "win32")(
    "one whose number another process has by now is taken over",
    async () => {
      const started = ours().started!;
      expect(started).toBeDefined();
      leaveLock({ started });
      expect((await refusal()).holder?.started).toBe(started);
      leaveLock({ started: `${started}0` });
      expect(await within(lockFile(path()), "succeeded")).toBeUndefined();
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it("when its start is not known, a live process of its number holds it", async () => {
    leaveLock({ started: undefined, boot: undefined, namespace: undefined });
    expect((await refusal()).holder?.pid).toBe(process.pid);
  });

  it.runIf(process.platform === "linux")(
    "one from before the machine was restarted is taken over",
    async () => {
      leaveLock({ boot: "6f675903-0000-0000-0000-000000000000" });
      expect(await within(lockFile(path()), "succeeded")).toBeUndefined();
    },
  );

  const elsewhere = {
    "another host": { host: "elsewhere.example" },
    "another container": { namespace: "pid:[1]" },
  };
  it.each(Object.entries(elsewhere))(
    "one of %s is never stale, unless that is said",
    async (where, changes) => {
      if (where === "another container" && process.platform !== "linux") return;
      const pid = await freePid();
      leaveLock({ ...changes, pid });
      const error = await refusal();
      expect(error.isElsewhere).toBe(true);
      expect(error.message).toContain(
        `Whether that process still runs cannot be seen from here: if it does not, delete ${path()}, or say so by the option "isStale"`,
      );
      const asked: LockHolder[] = [];
      const judge = (verdict: unknown) => (theirs: LockHolder) => {
        asked.push(theirs);
        return verdict as boolean;
      };
      await refusal(lockFile(path(), { isStale: judge(false) }));
      await refusal(lockFile(path(), { isStale: judge(Promise.resolve(true)) })); // no truthy value says it by accident
      expect(await within(lockFile(path(), { isStale: judge(true) }), "succeeded")).toBeUndefined();
      expect(asked.length).toBeGreaterThanOrEqual(3);
      for (const theirs of asked) expect(theirs).toMatchObject({ ...changes, pid });
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it("a claim of another host is never stale: the file to delete is named", async () => {
    leaveLock({ pid: await freePid() });
    const claim = `${path()}.${holder().token}.takeover`;
    writeFileSync(claim, JSON.stringify({ ...ours(), pid: 4711, host: "elsewhere" }));
    const error = await refusal(lockFile(path(), { isStale: () => true }));
    expect(error).toMatchObject({ path: path(), file: claim, isElsewhere: true });
    expect(error.message).toMatch(/process 4711 on elsewhere .* if it does not, delete .*\.takeover$/);
    rmSync(claim);
    expect(await within(lockFile(path()), "succeeded")).toBeUndefined();
  });

  it("isStale is not asked about a process that can be seen", async () => {
    leaveLock({});
    const never = (): boolean => expect.fail("it was asked");
    await refusal(lockFile(path(), { isStale: never }));
    leaveLock({ pid: await freePid() });
    expect(await within(lockFile(path(), { isStale: never }), "succeeded")).toBeUndefined();
  });
});

describe("a lock that is lost", () => {
  it("one that somebody has deleted is an error of the release", async () => {
    const error = await within(lockFile(path()), "succeeded", () => rmSync(path()));
    expect(errorOf(error).message).toBe(
      `ts-raii: the lock ${path()} was lost before its scope ended: somebody has deleted the file. What ran under it may have run beside others`,
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("one that another has taken is an error of the release, and left alone", async () => {
    const error = await within(lockFile(path()), "succeeded", () =>
      leaveLock({ pid: 4711, host: "elsewhere", since: "2026-01-01T00:00:00.000Z" }),
    );
    expect(errorOf(error).message).toContain(
      "was lost before its scope ended: it is now held by process 4711 on elsewhere (since 2026-01-01T00:00:00.000Z), and left alone",
    );
    expect(holder().pid).toBe(4711);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });

  it("one that somebody has written over is an error of the release, and left alone", async () => {
    const error = await within(lockFile(path()), "succeeded", () => writeFileSync(path(), "4711"));
    expect(errorOf(error).message).toContain(
      "was lost before its scope ended: what is there now is left alone (",
    );
    expect(error).not.toBeInstanceOf(LockHeldError);
    expect(readFileSync(path(), "utf8")).toBe("4711");
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });

  it("one that is being taken over is an error of the release, and left to that", async () => {
    let claim = "";
    const error = await within(lockFile(path()), "succeeded", () => {
      claim = `${path()}.${holder().token}.takeover`;
      writeFileSync(claim, JSON.stringify({ ...ours(), pid: 4711, host: "elsewhere" }));
    });
    expect(errorOf(error).message).toContain("it is being taken over by process 4711 on elsewhere");
    rmSync(claim);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });
});

describe("a file that is no lock", () => {
  const old = new Date(Date.now() - 60_000);

  it.each([
    ["empty", ""],
    ["no JSON", "4711\n"],
    ["JSON of another kind", `{"pid":4711}`],
    [
      "with a token that is a path",
      JSON.stringify({ pid: 4711, host: hostname(), token: "../../etc/passwd" }),
    ],
    [
      "with a pid that is a group of processes",
      JSON.stringify({ pid: -1, host: hostname(), token: "0".repeat(36) }),
    ],
  ])("%s is said to be none, and stays", async (_, text) => {
    writeFileSync(path(), text);
    utimesSync(path(), old, old);
    const error = await within(lockFile(path()), "succeeded").catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(LockHeldError);
    expect(errorOf(error).message).toBe(
      `ts-raii: the lock ${path()} does not say who holds it (${JSON.stringify(text.slice(0, 40))}): lockFile did not write it, or it is damaged. When no process uses it, delete it`,
    );
    expect(readFileSync(path(), "utf8")).toBe(text);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });

  it("one that has just been written may not be complete: it is held", async () => {
    writeFileSync(path(), "{");
    const error = await refusal();
    expect(error.holder).toBeUndefined();
    expect(error.message).toContain("is held by a process that is still writing it");
  });

  it("a folder is said to be unreadable", async () => {
    mkdirSync(path());
    const error = await within(lockFile(path()), "succeeded").catch((thrown: unknown) => thrown);
    expect(errorOf(error).message).toContain(`ts-raii: the lock ${path()} cannot be read: E`);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });

  it("a link to nothing is said to be one", async () => {
    symlinkSync(folder.join("missing"), path());
    const error = await within(lockFile(path()), "succeeded").catch((thrown: unknown) => thrown);
    expect(errorOf(error).message).toBe(
      `ts-raii: the lock ${path()} cannot be taken: is ${path()} a link to nothing?`,
    );
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });
});

describe("waiting", () => {
  it.each([NaN, -1, -Infinity, "100", null, 1n])("for %s is refused at the call", (wait) => {
    expect(() => lockFileAsync(path(), { wait: wait as number })).toThrow(RangeError);
    expect(() => lockFileAsync(path(), { wait: wait as number })).toThrow(
      `ts-raii: lockFileAsync waits for a number of milliseconds from 0 to Infinity, and not ${String(wait)}`,
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("that was in vain says how long it was", async () => {
    leaveLock({});
    const error = await refusal(lockFileAsync(path(), { wait: 30 }));
    expect(error.waited).toBeGreaterThanOrEqual(30);
    expect(error.message).toContain(`is held after ${Math.round(error.waited)} ms by process`);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
  });

  it("is ended by its signal, with the reason itself", async () => {
    leaveLock({});
    const reason = { some: "reason" };
    const controller = new AbortController();
    const waiting = within(
      lockFileAsync(path(), { wait: Infinity, signal: controller.signal }),
      "succeeded",
    ).catch((thrown: unknown) => thrown);
    setTimeout(() => controller.abort(reason), 30);
    expect(await waiting).toBe(reason);
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
    // Also one that was aborted before; a free lock is then not taken.
    rmSync(path());
    const late = await within(lockFileAsync(path(), { signal: controller.signal }), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    expect(late).toBe(reason);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("a lock that is damaged ends it", async () => {
    writeFileSync(path(), "4711");
    const old = new Date(Date.now() - 60_000);
    const waiting = within(lockFileAsync(path(), { wait: Infinity }), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    utimesSync(path(), old, old);
    expect(errorOf(await waiting).message).toContain("does not say who holds it");
  });

  it("tasks of one process have it one after the other", async () => {
    let inside = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, task) => {
        const error = await within(lockFileAsync(path(), { wait: 60_000 }), "succeeded", async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 1));
          inside--;
          order.push(task);
        });
        expect(error).toBeUndefined();
      }),
    );
    expect(order.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

it("the file of a lock is complete whenever it is there", async () => {
  // A reader that looks all the time, in a process of its own.
  const reader = start(
    bundle(`
      import { readFileSync } from "node:fs";
      let isOver = false, seen = 0;
      process.once("message", () => (isOver = true));
      const look = () => {
        for (let count = 0; count < 200; count++) {
          let text;
          try { text = readFileSync(process.argv[2]!, "utf8"); } catch { continue; }
          JSON.parse(text);
          seen++;
        }
        if (!isOver) return void setImmediate(look);
        process.send!(seen);
        process.disconnect();
      };
      process.send!("ready");
      look();
    `),
    path(),
  );
  expect(await message(reader)).toBe("ready");
  for (let count = 0; count < 100; count++) await within(lockFile(path()), "succeeded");
  const seen = message(reader);
  reader.send("stop");
  expect(await seen).toBeGreaterThan(0);
});
