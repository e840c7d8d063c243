import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { lockFile, lockFileAsync, type LockHolder } from "../../runtime/node/index.ts";
import { livenessOf } from "../../runtime/node/locks/holder-liveness.ts";
import { bundle, kill, message, start } from "./child.ts";
import { folder, freePid, holder, leaveLock, ours, path, refusal } from "./the-lock.ts";
import { within } from "./ways-out.ts";

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
      import { Resource } from "../../runtime/core/resource.ts";
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
      if (process.platform === "linux") expect(livenessOf({ ...holder(), started: undefined })).toBe("dead");
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
