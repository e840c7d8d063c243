// One signal may end any number of waits: Node would warn of a leak from the eleventh listener on.
import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AsyncResource } from "../../runtime/index.ts";
import {
  abortController,
  childProcess,
  listening,
  lockFile,
  lockFileAsync,
} from "../../runtime/node/index.ts";
import { succeeded, take, takeNow } from "../sharing/borrowing.ts";
import { testFolder } from "./child.ts";
import { node, waits } from "./scripts.ts";

const folder = testFolder();
const path = (): string => folder.join("the.lock");
const count = 30;

let warnings: string[] = [];
const note = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`);
beforeEach(() => {
  warnings = [];
  process.on("warning", note);
});
afterEach(async () => {
  await new Promise(setImmediate); // warnings come later
  process.removeListener("warning", note);
  expect(warnings).toEqual([]);
});

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe(`${count} at a time that follow one signal`, () => {
  const held: Record<string, (signal: AbortSignal) => AsyncResource<unknown>> = {
    abortController: (signal) => abortController({ signal }),
    childProcess: (signal) => childProcess(node, ["-e", waits], { signal }),
    listening: (signal) => listening(createServer(), { signal, host: "127.0.0.1" }),
  };

  it.each(Object.entries(held))("%s: does not warn, and leaves nothing at the signal", async (_, make) => {
    const { signal } = new AbortController();
    const some = Array.from({ length: make === held.childProcess ? 12 : count }, () => make(signal));
    const acquisitions = await Promise.all(some.map((each) => take(each)));
    expect(listeners(signal)).toBe(1);
    await Promise.all(acquisitions.map((each) => each.release(succeeded)));
    expect(listeners(signal)).toBe(0);
  });

  it.each(Object.entries(held))("%s: all of them abort with it", async (name, make) => {
    const controller = new AbortController();
    const some = Array.from({ length: name === "childProcess" ? 2 : 3 }, () => make(controller.signal));
    const acquisitions = await Promise.all(some.map((each) => take(each)));
    controller.abort(new Error("enough"));
    expect(listeners(controller.signal)).toBe(0);
    for (const { handle, release } of acquisitions) {
      if (name === "abortController")
        expect((handle as AbortController).signal.reason.message).toBe("enough");
      if (name === "childProcess") {
        expect(await (handle as { exited: unknown }).exited).toEqual({ code: null, signal: "SIGTERM" });
      }
      if (name === "listening")
        expect((handle as { server: { listening: boolean } }).server.listening).toBe(false);
      await release(succeeded);
    }
  });

  it("lockFileAsync: those who wait do not warn, and each is thrown the reason", async () => {
    const lock = takeNow(lockFile(path()));
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = Array.from({ length: count }, () =>
      take(lockFileAsync(path(), { wait: Infinity, signal: controller.signal })).catch(
        (error: unknown) => error,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listeners(controller.signal)).toBe(1);
    controller.abort(reason);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => reason));
    expect(listeners(controller.signal)).toBe(0);
    await lock.release(succeeded);
  });
});
