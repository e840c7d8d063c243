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
import { Resource } from "../../runtime/index.ts";
import { type FileLock, lockFile, lockFileAsync, LockHeldError } from "../../runtime/node/index.ts";
import { bundle, message, start } from "./child.ts";
import { folder, holder, leaveLock, ours, path, refusal } from "./the-lock.ts";
import { errorOf, ways, within } from "./ways-out.ts";

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
          if (++seen === 1) process.send!("seen");
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
  // On a busy machine the reader may come to it only after a while.
  let wasSeen = false;
  reader.on("message", (said) => (wasSeen ||= said === "seen"));
  for (let count = 0; count < 100 || !wasSeen; count++) {
    await within(lockFile(path()), "succeeded");
    await new Promise((resolve) => setImmediate(resolve)); // messages come between turns of the event loop
  }
  const seen = message(reader);
  reader.send("stop");
  expect(await seen).toBeGreaterThan(0);
});
