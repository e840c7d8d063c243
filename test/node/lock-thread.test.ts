// A worker thread that is terminated in its scope does not release its lock, and its process goes on.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { lockFile, lockFileAsync, type LockHolder } from "../../runtime/node/index.ts";
import { livenessOf } from "../../runtime/node/locks/holder-liveness.ts";
import { bundle } from "./child.ts";
import { folder, holder, path, refusal } from "./the-lock.ts";
import { within } from "./ways-out.ts";

let program: string | undefined;
async function startHolder(): Promise<Worker> {
  program ??= bundle(`
    import { parentPort, workerData } from "node:worker_threads";
    import { lockFile } from "../../runtime/node/index.ts";
    import { Resource } from "../../runtime/core/resource.ts";
    const held = lockFile(workerData)[Resource.acquire]();
    parentPort.postMessage("held");
    parentPort.on("message", () => {
      held.release({ kind: "succeeded" });
      parentPort.close();
    });
  `);
  const worker = new Worker(program, { workerData: path() });
  expect(await once(worker, "message")).toEqual(["held"]);
  return worker;
}

describe("a lock of a worker thread", () => {
  it("says which thread holds it, and is refused while that lives", async () => {
    const worker = await startHolder();
    expect(holder()).toMatchObject({ pid: process.pid, thread: worker.threadId });
    const error = await refusal();
    expect(error.holder?.thread).toBe(worker.threadId);
    expect(error.message).toContain(
      `is held by worker thread ${worker.threadId} of process ${process.pid} on `,
    );
    if (process.platform === "linux") expect(error.message).toContain("Wait for it");
    worker.postMessage("release");
    await once(worker, "exit");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "is taken back when it was terminated, by its own process",
    async () => {
      const worker = await startHolder();
      const waiting = within(lockFileAsync(path(), { wait: Infinity }), "succeeded", () =>
        expect(holder().thread).toBe(undefined),
      );
      await worker.terminate();
      expect(await waiting).toBeUndefined();
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it("is not taken from one that lives where /proc is not to be seen", async (context) => {
    const apart = ["--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"];
    const { status, stderr, error: cause } = spawnSync("unshare", [...apart, "true"], { encoding: "utf8" });
    if (status !== 0) {
      const reason = `no /proc can be hidden here: ${String(cause ?? stderr)}`;
      console.log(reason);
      return context.skip(reason);
    }
    const worker = await startHolder();
    const asking = bundle(`
      import { readFileSync } from "node:fs";
      import { livenessOf } from "../../runtime/node/locks/holder-liveness.ts";
      import { parseHolder } from "../../runtime/node/locks/lock-holder.ts";
      console.log(livenessOf(parseHolder(readFileSync(process.argv[2]!, "utf8"))!));
    `);
    const { stdout } = spawnSync("unshare", [...apart, process.execPath, asking, path()], {
      encoding: "utf8",
    });
    expect(stdout).toBe("unknown\n");
    worker.postMessage("release");
    await once(worker, "exit");
  });

  it.runIf(process.platform === "linux")("one whose number another thread has by now has ended", async () => {
    const worker = await startHolder();
    const alive = holder();
    expect(livenessOf(alive)).toBe("alive");
    const [id, started] = alive.task!.split(":");
    expect(livenessOf({ ...alive, task: `${id}:${Number(started) + 1}` })).toBe("dead");
    expect(livenessOf({ ...alive, task: "4194305:1" })).toBe("dead");
    worker.postMessage("release");
    await once(worker, "exit");
  });

  it("is left to `isStale` where the system does not tell threads apart", async () => {
    const worker = await startHolder();
    const { task: _, ...elsewhere } = holder();
    for (const other of [elsewhere, { ...elsewhere, task: "../../1" }] as LockHolder[]) {
      expect(livenessOf(other)).toBe("unknown");
    }
    worker.postMessage("release");
    await once(worker, "exit");
    expect(await within(lockFile(path()), "succeeded")).toBeUndefined();
  });
});
