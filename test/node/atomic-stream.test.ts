// What failed to be written is not renamed: by a stream of the handle, by its own methods, whoever has caught the error.
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { atomicWriteAsync } from "../../runtime/node/index.ts";
import { bundle, runLimited, testFolder } from "./child.ts";
import { errorOf, within } from "./ways-out.ts";

const folder = testFolder();
const target = (): string => folder.join("target.txt");
const content = (): string => readFileSync(target(), "utf8");

async function* failing(): AsyncGenerator<string> {
  yield "a part";
  throw new Error("the source failed");
}

/** Each leaves only a part in the file, and hides that. */
const failures: Record<string, (handle: FileHandle) => unknown> = {
  "a pipeline whose source fails": (handle) =>
    pipeline(failing(), handle.createWriteStream()).catch(() => {}),
  "the same without closing the file": (handle) =>
    pipeline(failing(), handle.createWriteStream({ autoClose: false })).catch(() => {}),
  "a pipe whose source fails": async (handle) => {
    const stream = handle.createWriteStream();
    stream.write("a part");
    stream.on("error", () => {}).destroy(new Error("broken off"));
    await once(stream, "close").catch(() => {}); // it rejects with the error, which is so heard
  },
  "a stream that is destroyed before its end": (handle) => {
    const stream = handle.createWriteStream();
    stream.write("a part");
    stream.destroy();
  },
  "a pipe that nobody waits for": async (handle) => {
    const source = new PassThrough();
    const stream = source.pipe(handle.createWriteStream());
    source.write("a part");
    while (stream.bytesWritten === 0) await new Promise(setImmediate);
  },
  "handle.write": (handle) => handle.write(Symbol() as never).catch(() => {}),
  "handle.write, not awaited": (handle) => void handle.write(Symbol() as never).catch(() => {}),
  "handle.writev": (handle) => handle.writev([Symbol() as never]).catch(() => {}),
  "handle.writeFile": (handle) => handle.writeFile(failing() as never).catch(() => {}),
  "handle.appendFile": (handle) => handle.appendFile(Symbol() as never).catch(() => {}),
  "handle.truncate": (handle) => handle.truncate("x" as never).catch(() => {}),
};

describe.each(Object.entries(failures))("atomicWriteAsync(): %s", (_, fail) => {
  it("leaves the target as it was, and fails, although the error was caught", async () => {
    writeFileSync(target(), "old");
    const error = await within(atomicWriteAsync(target()), "succeeded", async ({ handle }) => {
      await fail(handle);
    });
    expect(errorOf(error).message).toMatch(/The target is as it was; the temporary file is removed$/);
    expect(errorOf(error).cause).toBeInstanceOf(Error);
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it.each(["failed", "cancelled"] as const)("adds nothing to a scope that has %s", async (way) => {
    const error = await within(atomicWriteAsync(target()), way, async ({ handle }) => {
      await fail(handle);
    });
    expect(error).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("atomicWriteAsync(): streams that do not fail", () => {
  const written: Record<string, (handle: FileHandle) => unknown> = {
    "one that has ended": (handle) => pipeline(Readable.from(["new"]), handle.createWriteStream()),
    "one that is not awaited": (handle) => void handle.createWriteStream().end("new"),
    "one that nobody has ended": (handle) => void handle.createWriteStream().write("new"),
    "one that does not close the file, and has not ended": (handle) =>
      void handle.createWriteStream({ autoClose: false }).write("new"),
    "one that does not close the file, and is not destroyed": async (handle) => {
      const stream = handle.createWriteStream({ autoClose: false });
      await new Promise((resolve) => stream.end("new", () => resolve(undefined)));
    },
    "one that emits no `close`": (handle) => void handle.createWriteStream({ emitClose: false }).write("new"),
    "one that emits no `close`, and has ended": (handle) =>
      void handle.createWriteStream({ emitClose: false }).end("new"),
    "one that is left to write more, when its source has ended": async (handle) => {
      const source = Readable.from(["n"]);
      const stream = handle.createWriteStream();
      source.pipe(stream, { end: false });
      await once(source, "end");
      stream.write("ew");
    },
    "one whose source was unpiped": async (handle) => {
      const source = new PassThrough();
      const stream = handle.createWriteStream();
      source.pipe(stream);
      source.unpipe(stream);
      stream.write("new");
    },
    "the handle's own methods": async (handle) => {
      await handle.writeFile("n");
      await handle.appendFile("e");
      await handle.write("w");
    },
  };

  it.each(Object.entries(written))("%s: all of it is in place", async (_, write) => {
    writeFileSync(target(), "old");
    const error = await within(atomicWriteAsync(target()), "succeeded", async ({ handle }) => {
      await write(handle);
    });
    expect(error).toBeUndefined();
    expect(content()).toBe("new");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it.runIf(process.platform === "linux")("one that meets a full disk: the target is as it was", () => {
    const program = bundle(`
      import { Readable } from "node:stream";
      import { pipeline } from "node:stream/promises";
      import { atomicWriteAsync as make } from "../../runtime/node/index.ts";
      import { within } from "./ways-out.ts";
      process.on("SIGXFSZ", () => {}); // else the limit ends the process
      const error = await within(make(process.argv[2]!), "succeeded", async ({ handle }) => {
        const source = Readable.from(Array.from({ length: 9 }, () => Buffer.alloc(1000, "x")));
        try { await pipeline(source, handle.createWriteStream()); } catch (error) { console.log(error.code); }
      });
      console.log(error.code);
    `);
    writeFileSync(target(), "old");
    expect(runLimited(program, target())).toBe("EFBIG\nEFBIG\n");
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });
});
