import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, Resource, run } from "../../runtime/index.ts";
import { openFile, openFileAsync } from "../../runtime/node/index.ts";
import { testFolder } from "./child.ts";
import { errorOf, ways, within } from "./ways-out.ts";

const folder = testFolder();

/** Whether the number is that of an open file: this one, in a process that opens no others meanwhile. */
function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

describe("openFile()", () => {
  it.each(ways)("is open within the scope and closed after it, when that has %s", async (way) => {
    writeFileSync(folder.join("a.txt"), "content");
    let descriptor = -1;
    const error = await within(openFile(folder.join("a.txt")), way, (handle) => {
      descriptor = handle;
      expect(readFileSync(descriptor, "utf8")).toBe("content");
    });
    expect(error).toBeUndefined();
    expect(isOpen(descriptor)).toBe(false);
  });

  it("takes flags, a mode, and a path in each form that Node does", async () => {
    await within(openFile(Buffer.from(folder.join("b.txt")), "wx", 0o640), "succeeded", (descriptor) => {
      writeSync(descriptor, "one");
    });
    await within(openFile(pathToFileURL(folder.join("b.txt")), "a"), "succeeded", (descriptor) => {
      writeSync(descriptor, " two");
    });
    expect(readFileSync(folder.join("b.txt"), "utf8")).toBe("one two");
    if (process.platform !== "win32") expect(statSync(folder.join("b.txt")).mode & 0o777).toBe(0o640);
  });

  it("property 34: opens nothing until it is acquired, and anew each time", () => {
    writeFileSync(folder.join("a.txt"), "content");
    const resource = openFile(folder.join("a.txt"));
    const buffer = Buffer.alloc(3);
    const texts = run(function* () {
      const one = yield* acquire(resource);
      const two = yield* acquire(resource);
      expect(one).not.toBe(two);
      return [one, two].map((each) => buffer.toString("utf8", 0, readSync(each, buffer)));
    });
    expect(texts).toEqual(["con", "con"]); // each at a place of its own
  });

  it("throws what the system says when there is no such file, and closes those before it", () => {
    writeFileSync(folder.join("a.txt"), "content");
    let first = -1;
    const fails = (): unknown =>
      run(function* () {
        first = yield* acquire(openFile(folder.join("a.txt")));
        yield* acquire(openFile(folder.join("missing.txt")));
      });
    expect(fails).toThrow(expect.objectContaining({ code: "ENOENT", path: folder.join("missing.txt") }));
    expect(isOpen(first)).toBe(false);
  });

  it("says so when it was closed before its scope ended", async () => {
    writeFileSync(folder.join("a.txt"), "content");
    let descriptor = -1;
    const error = await within(openFile(folder.join("a.txt")), "succeeded", (handle) => {
      descriptor = handle;
      closeSync(handle);
    });
    expect(errorOf(error).message).toBe(
      `ts-raii: openFile("${folder.join("a.txt")}"): descriptor ${descriptor} was closed before its scope ended; leave that to the scope`,
    );
    expect(errorOf(error).code).toBe("EBADF");
    expect(errorOf(errorOf(error).cause).message).toMatch(/^EBADF/);
  });

  it("a second release is refused, and does not close the file that has the number by then", () => {
    writeFileSync(folder.join("a.txt"), "content");
    const resource = openFile(folder.join("a.txt"));
    const acquisition = resource[Resource.acquire]();
    acquisition.release({ kind: "succeeded" });
    const another = openSync(folder.join("a.txt"), "r");
    try {
      expect(another).toBe(acquisition.handle); // the lowest free number
      expect(() => acquisition.release({ kind: "succeeded" })).toThrow("was released before");
      expect(isOpen(another)).toBe(true);
    } finally {
      closeSync(another);
    }
  });

  it("however many, wherever it fails: all that were opened are closed", () => {
    writeFileSync(folder.join("a.txt"), "content");
    fc.assert(
      fc.property(fc.nat(20), fc.option(fc.nat(20)), (count, failing) => {
        const opened: number[] = [];
        const open = (): unknown =>
          run(function* () {
            for (let at = 0; at < count; at++) {
              opened.push(yield* acquire(openFile(folder.join(at === failing ? "missing" : "a.txt"))));
            }
          });
        if (failing !== null && failing < count) expect(open).toThrow("ENOENT");
        else open();
        expect(opened).toHaveLength(Math.min(count, failing ?? count));
        expect(opened.filter(isOpen)).toEqual([]);
      }),
    );
  });
});

describe("openFileAsync()", () => {
  it.each(ways)("is open within the scope and closed after it, when that has %s", async (way) => {
    writeFileSync(folder.join("a.txt"), "one\ntwo\n");
    let handle;
    const lines: string[] = [];
    const error = await within(openFileAsync(folder.join("a.txt")), way, async (file) => {
      handle = file;
      for await (const line of file.readLines({ autoClose: false })) lines.push(line);
      expect(file.fd).toBeGreaterThan(0);
    });
    expect(error).toBeUndefined();
    expect(lines).toEqual(["one", "two"]);
    expect(handle).toMatchObject({ fd: -1 });
  });

  it("is fine when a stream of it has closed it", async () => {
    writeFileSync(folder.join("a.txt"), "content");
    const error = await within(openFileAsync(folder.join("a.txt")), "succeeded", async (file) => {
      for await (const chunk of file.createReadStream()) expect(String(chunk)).toBe("content");
      expect(file.fd).toBe(-1);
    });
    expect(error).toBeUndefined();
  });

  it("takes flags and a mode", async () => {
    await within(openFileAsync(folder.join("b.txt"), "wx", 0o640), "succeeded", (file) =>
      file.writeFile("one"),
    );
    expect(readFileSync(folder.join("b.txt"), "utf8")).toBe("one");
    if (process.platform !== "win32") expect(statSync(folder.join("b.txt")).mode & 0o777).toBe(0o640);
  });

  it("is rejected with what the system says", async () => {
    const error = await within(openFileAsync(folder.join("missing")), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    expect(errorOf(error).code).toBe("ENOENT");
  });
});
