import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import {
  type AsyncAtomicFile,
  type AtomicFile,
  atomicWrite,
  atomicWriteAsync,
} from "../../runtime/node/index.ts";
import { forms, posix } from "./atomic-forms.ts";
import { testFolder } from "./child.ts";
import { bodyError, errorOf, ways, within } from "./ways-out.ts";

describe.each(forms)("%s()", (_, make) => {
  const folder = testFolder();
  const target = (): string => folder.join("target.txt");
  const content = (): string => readFileSync(target(), "utf8");

  it("puts the new content in place when the scope succeeds, and not before", async () => {
    writeFileSync(target(), "old");
    const resource = make(target());
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
    const error = await within(resource, "succeeded", async (file) => {
      await file.write("new ");
      await file.write(new TextEncoder().encode("content"));
      expect(content()).toBe("old");
      expect(readFileSync(file.path, "utf8")).toBe("new content");
      expect(dirname(file.path)).toBe(folder.path);
      expect(basename(file.path)).toMatch(/^\.target\.txt\.\d+(-[0-9a-f]*){5}\.tmp$/);
    });
    expect(error).toBeUndefined();
    expect(content()).toBe("new content");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it("makes a file that was not there, also an empty one, and takes a URL", async () => {
    await within(make(pathToFileURL(target())), "succeeded");
    expect(content()).toBe("");
  });

  it.each(ways.filter((way) => way !== "succeeded"))(
    "leaves the target as it was when the scope has %s",
    async (way) => {
      for (const before of [undefined, "old"]) {
        if (before !== undefined) writeFileSync(target(), before);
        expect(await within(make(target()), way, (file) => file.write("new"))).toBeUndefined();
        expect(readdirSync(folder.path)).toEqual(before === undefined ? [] : ["target.txt"]);
        if (before !== undefined) expect(content()).toBe(before);
      }
    },
  );

  it("property 34: each acquisition is another file, and of two the later to end wins", async () => {
    const resource = make(target());
    await within(resource, "succeeded", async (outer) => {
      await outer.write("outer");
      await within(resource, "succeeded", async (inner) => {
        expect(inner.path).not.toBe(outer.path);
        await inner.write("inner");
      });
      expect(content()).toBe("inner");
    });
    expect(content()).toBe("outer");
  });

  it("a write after the end is refused", async () => {
    let late: AtomicFile | AsyncAtomicFile | undefined;
    await within(make(target()), "succeeded", (file) => void (late = file));
    await expect(async () => late!.write("late")).rejects.toThrow(
      `ts-raii: atomicWrite("${target()}") has ended; write to it within its scope`,
    );
    expect(content()).toBe("");
  });

  it("a second release is refused, and changes nothing", async () => {
    const acquisition = await make(target())[Resource.acquire]();
    await acquisition.release({ kind: "succeeded" });
    writeFileSync(target(), "later");
    expect(() => acquisition.release({ kind: "cancelled", reason: undefined })).toThrow(
      "was released before",
    );
    expect(content()).toBe("later");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });
});

describe("atomicWrite()", () => {
  const folder = testFolder();

  it("is written to by what takes a descriptor or a path", async () => {
    await within(atomicWrite(folder.join("x")), "succeeded", ({ descriptor, path, write }) => {
      expect(typeof write).toBe("function");
      writeSync(descriptor, "one ");
      const other = openSync(path, "a");
      writeSync(other, "two");
      closeSync(other);
    });
    expect(readFileSync(folder.join("x"), "utf8")).toBe("one two");
  });
});

describe("atomicWriteAsync()", () => {
  const folder = testFolder();

  it.each([true, false])("is streamed to (autoClose: %s)", async (autoClose) => {
    writeFileSync(folder.join("x"), "old");
    if (posix) chmodSync(folder.join("x"), 0o640);
    const error = await within(atomicWriteAsync(folder.join("x")), "succeeded", async ({ handle }) => {
      const stream = handle.createWriteStream({ autoClose });
      await pipeline(Readable.from(["one ", "two"]), stream);
      stream.destroy();
    });
    expect(error).toBeUndefined();
    expect(readFileSync(folder.join("x"), "utf8")).toBe("one two");
    if (posix) expect(statSync(folder.join("x")).mode & 0o777).toBe(0o640);
  });

  it("a stream that nobody ends is ended", async () => {
    await within(atomicWriteAsync(folder.join("x")), "succeeded", ({ handle }) => {
      handle.createWriteStream().write("x".repeat(1e6));
    });
    expect(statSync(folder.join("x")).size).toBe(1e6);
    await within(atomicWriteAsync(folder.join("x")), "failed", ({ handle }) => {
      handle.createWriteStream().write("y");
    });
    expect(statSync(folder.join("x")).size).toBe(1e6);
    expect(readdirSync(folder.path)).toEqual(["x"]);
  });

  it("a stream that fails leaves the target as it was", async () => {
    writeFileSync(folder.join("x"), "old");
    const broken = async function* (): AsyncGenerator<string> {
      yield "new";
      throw bodyError;
    };
    const error = await within(atomicWriteAsync(folder.join("x")), "succeeded", ({ handle }) =>
      pipeline(broken, handle.createWriteStream()),
    );
    expect(error).toBeUndefined(); // but that of the body
    expect(readFileSync(folder.join("x"), "utf8")).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["x"]);
  });

  it("writes that nobody awaits are in order, and waited for", async () => {
    await within(atomicWriteAsync(folder.join("x")), "succeeded", (file) => {
      for (let at = 0; at < 100; at++) void file.write(`${at},`);
    });
    expect(readFileSync(folder.join("x"), "utf8")).toBe(
      Array.from({ length: 100 }, (_, at) => `${at},`).join(""),
    );
  });

  it("one that fails and that nobody awaits keeps the target as it was", async () => {
    writeFileSync(folder.join("x"), "old");
    const error = await within(atomicWriteAsync(folder.join("x")), "succeeded", (file) => {
      void file.write("new");
      void file.write(1n as unknown as string);
    });
    expect(errorOf(error).message).toContain("The target is as it was");
    expect(readFileSync(folder.join("x"), "utf8")).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["x"]);
  });
});
