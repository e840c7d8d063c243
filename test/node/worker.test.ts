import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { worker } from "../../runtime/node/index.ts";
import { combined, rejectedBy, thrownBy } from "../runtime/traced.ts";
import { leavesNothing, listenersOf, use } from "./use.ts";

const head = `const { parentPort, workerData, threadId } = require("node:worker_threads");`;
const made = (source: string, options = {}) => worker(`${head}\n${source}`, { eval: true, ...options });
const waits = `parentPort.on("message", (message) => parentPort.postMessage(message));`;

/** What the process is warned of while `body` runs. */
async function warnings(body: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = [];
  const note = (warning: Error): void => void told.push(warning.message);
  process.on("warning", note);
  try {
    await body();
    await new Promise(setImmediate);
  } finally {
    process.off("warning", note);
  }
  return told;
}

describe("worker()", () => {
  it("is started when it is acquired, and is terminated when the scope ends", () =>
    leavesNothing(async () => {
      const { handle, reply } = await use(made(waits), async (handle) => {
        expect(handle).toBeInstanceOf(Worker);
        handle.postMessage("hello");
        const [reply] = (await once(handle, "message")) as [string];
        return { handle, reply };
      });
      expect(reply).toBe("hello");
      expect(handle.threadId).toBe(-1);
      expect(listenersOf(handle)).toEqual({});
    }));

  it("is terminated whatever it is doing, and however the scope ends", () =>
    leavesNothing(async () => {
      for (const exit of [
        { kind: "succeeded" },
        { kind: "failed", error: new Error("body"), suppress() {} },
        { kind: "cancelled", reason: "deadline" },
      ] as const) {
        const { handle, release } = await made("parentPort.postMessage(1); for (;;);")[Resource.acquire]();
        await once(handle, "message");
        await release(exit);
        expect(handle.threadId).toBe(-1);
      }
    }));

  it("has nothing to do for one that has ended, with whatever exit code", () =>
    leavesNothing(async () => {
      for (const code of [0, 3]) {
        const ended = await use(made(`process.exit(${code})`), (handle) => once(handle, "exit"));
        expect(ended).toEqual([code]);
      }
    }));

  it("hands over its data, and takes a file", () =>
    leavesNothing(async () => {
      const url = new URL(`data:text/javascript,import { parentPort, workerData } from "node:worker_threads";
        parentPort.postMessage(workerData * 2);`);
      const [doubled] = await use(worker(url, { workerData: 21 }), (handle) => once(handle, "message"));
      expect(doubled).toBe(42);
    }));

  it("property 4: one that Node refuses fails the acquisition", () =>
    leavesNothing(async () => {
      const relative = await rejectedBy(use(worker("nowhere.js"), () => expect.fail("started")));
      expect(relative.error).toMatchObject({ code: "ERR_WORKER_PATH" });
      const options = { execArgv: ["--no-such-option"] };
      const { error } = await rejectedBy(use(made(waits, options), () => expect.fail("started")));
      expect(error).toMatchObject({ code: "ERR_WORKER_INVALID_EXEC_ARGV" });
    }));

  it("an error reaches who waits for the worker, and is not thrown twice", () =>
    leavesNothing(async () => {
      const told = await warnings(async () => {
        const missing = await rejectedBy(
          use(worker(new URL("file:///nowhere/missing.mjs")), (handle) => once(handle, "message")),
        );
        expect(missing.error).toMatchObject({ code: expect.stringMatching(/MODULE_NOT_FOUND/) });

        const caught = await use(made("throw new RangeError('worker')"), async (handle) => {
          return String((await rejectedBy(once(handle, "message"))).error);
        });
        expect(caught).toBe("RangeError: worker");
      });
      expect(told).toEqual([]);
    }));

  it("an error that came before is told who listens next, so that nobody waits for ever", () =>
    leavesNothing(async () => {
      const caught = await use(made("throw new RangeError('worker')"), async (handle) => {
        await new Promise((resolve) => handle.once("exit", resolve));
        return String((await rejectedBy(once(handle, "message"))).error);
      });
      expect(caught).toBe("RangeError: worker");
    }));

  it("an error that nobody listens for is told by a warning and thrown by the release", () =>
    leavesNothing(async () => {
      const told = await warnings(async () => {
        const failing = made("throw new RangeError('worker')");
        const exits = async (handle: Worker): Promise<void> => {
          await new Promise((resolve) => handle.once("exit", resolve));
          for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
        };
        const alone = await rejectedBy(use(failing, exits));
        expect(String(alone.error)).toBe("RangeError: worker");
        const both = await rejectedBy(
          use(failing, async (handle) => {
            await exits(handle);
            throw new Error("body");
          }),
        );
        expect(String(combined(both.error).error)).toBe("RangeError: worker");
        expect(String(combined(both.error).suppressed)).toBe("Error: body");
      });
      expect(told).toEqual(
        Array(2).fill("ts-raii: worker has failed; its scope will throw RangeError: worker"),
      );
    }));

  it.skipIf(process.platform === "win32")("tells of one that is blocked where it cannot be terminated", () =>
    leavesNothing(async () => {
      const folder = mkdtempSync(join(tmpdir(), "ts-raii-worker-"));
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const handles: Worker[] = [];
      const opens = `parentPort.postMessage(1); require("node:fs").openSync(workerData)`; // until somebody writes
      const { error } = await rejectedBy(
        use(made(opens, { grace: 5, workerData: pipe }), async (handle) => {
          handles.push(handle);
          await once(handle, "message");
          await delay(200); // it has to have got there
        }),
      );
      expect(String(error)).toBe("Error: ts-raii: worker was terminated and has not ended within 5 ms");
      const writer = await open(pipe, "w");
      await handles[0]!.terminate();
      await writer.close();
      rmSync(folder, { recursive: true });
    }),
  );

  it("property 34: starts a thread for each acquisition", () =>
    leavesNothing(async () => {
      const each = made("parentPort.postMessage(threadId)");
      const ids = [
        await use(each, (handle) => once(handle, "message")),
        await use(each, (handle) => once(handle, "message")),
      ];
      expect(new Set(ids.flat()).size).toBe(2);
    }));

  it.each([NaN, -1, 2 ** 31])("refuses a grace of %s at the call", (grace) => {
    const { error } = thrownBy(() => made("", { grace }));
    expect(String(error)).toContain("RangeError: ts-raii: worker(): grace must be from 0 to");
  });
});
