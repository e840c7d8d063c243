import { spawn } from "node:child_process";
import fs, { existsSync, readdirSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { startOf } from "../../runtime/node/common/process-identity.ts";
import { lockFile, lockFileAsync, LockHeldError } from "../../runtime/node/index.ts";
import { livenessOf } from "../../runtime/node/locks/holder-liveness.ts";
import { newHolder, parseHolder } from "../../runtime/node/locks/lock-holder.ts";
import { testFolder } from "./child.ts";
import { errorOf, within } from "./ways-out.ts";

const posix = process.platform !== "win32";

describe("the start of a process", () => {
  it.runIf(posix).each([
    ["as this system tells", process.platform],
    ["as ps tells, where there is no /proc", "darwin"],
  ] as const)("%s, is the same whenever it is asked for, and tells processes apart", async (_, platform) => {
    const own = startOf(process.pid, platform);
    expect(own).toMatch(/\d/);
    await new Promise((resolve) => setTimeout(resolve, 1100)); // ps tells seconds
    const child = spawn("sleep", ["1000"]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.once("spawn", resolve));
    const other = startOf(child.pid!, platform);
    expect(other).toMatch(/\d/);
    expect(other).not.toBe(own);
    expect(startOf(process.pid, platform)).toBe(own);
    child.kill("SIGKILL");
    await ended;
    expect(startOf(child.pid!, platform)).toBeUndefined();
  });

  it("is not known on Windows", () => expect(startOf(process.pid, "win32")).toBeUndefined());
});

describe("a holder", () => {
  it("is read back as it was written", () => {
    const holder = newHolder();
    expect(parseHolder(JSON.stringify(holder))).toEqual(JSON.parse(JSON.stringify(holder)));
    expect(livenessOf(holder)).toBe("alive");
  });

  it("each is another, of the same process", () => {
    expect(newHolder().token).not.toBe(newHolder().token);
    expect(newHolder().started).toBe(newHolder().started);
  });

  it("of a process that may not be asked is alive", () => {
    // Process 1 is root's; for root itself it is just alive.
    expect(livenessOf({ ...newHolder(), pid: 1, started: undefined })).toBe("alive");
  });
});

describe("on a file system without hard links", () => {
  const folder = testFolder();
  const { linkSync } = fs;
  const refuse = (code: string): void => {
    fs.linkSync = () => {
      throw Object.assign(new Error(`${code}: no links here`), { code });
    };
    syncBuiltinESMExports();
  };
  afterEach(() => {
    fs.linkSync = linkSync;
    syncBuiltinESMExports();
  });

  it.each(["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP", "EMLINK"])(
    "that says so by %s, it locks and takes over all the same",
    async (code) => {
      refuse(code);
      const path = folder.join("the.lock");
      for (const before of [undefined, { ...newHolder(), started: "never" }]) {
        if (before) writeFileSync(path, JSON.stringify(before));
        const error = await within(lockFile(path), "succeeded", async () => {
          expect(() => lockFile(path)[Resource.acquire]()).toThrow(LockHeldError);
          await expect(lockFileAsync(path, { wait: 20 })[Resource.acquire]()).rejects.toThrow(LockHeldError);
        });
        expect(error).toBeUndefined();
        expect(readdirSync(folder.path)).toEqual([]);
      }
    },
  );

  it("another error of the link is thrown, and nothing is left", async () => {
    refuse("EIO");
    const error = await within(lockFile(folder.join("the.lock")), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    expect(errorOf(error).code).toBe("EIO");
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("a takeover that fails", () => {
  const folder = testFolder();
  const { renameSync } = fs;
  afterEach(() => {
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
  });

  it("leaves the lock as it was, and nothing else", async () => {
    const path = folder.join("the.lock");
    writeFileSync(path, JSON.stringify({ ...newHolder(), started: "never" }));
    fs.renameSync = () => {
      throw Object.assign(new Error("EACCES: not yours"), { code: "EACCES" });
    };
    syncBuiltinESMExports();
    const error = await within(lockFile(path), "succeeded").catch((thrown: unknown) => thrown);
    expect(errorOf(error).code).toBe("EACCES");
    expect(readdirSync(folder.path)).toEqual(["the.lock"]);
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
    expect(await within(lockFile(path), "succeeded")).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });
});
