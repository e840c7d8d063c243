import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AsyncResource, Resource } from "../../runtime/index.ts";
import {
  type AsyncAtomicFile,
  type AtomicFile,
  atomicWrite,
  atomicWriteAsync,
  type AtomicWriteOptions,
} from "../../runtime/node/index.ts";
import { bundle, runAsUser, runLimited, testFolder } from "./child.ts";
import { bodyError, errorOf, ways, within } from "./ways-out.ts";

type Make = (path: string | URL, options?: AtomicWriteOptions) => AsyncResource<AtomicFile | AsyncAtomicFile>;
const posix = process.platform !== "win32";
const isSynchronous = (file: AtomicFile | AsyncAtomicFile): file is AtomicFile => "descriptor" in file;

describe.each<[string, Make]>([
  ["atomicWrite", atomicWrite],
  ["atomicWriteAsync", atomicWriteAsync],
])("%s()", (name, make) => {
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
      expect(basename(file.path)).toMatch(/^\.target\.txt\.[0-9a-f]{18}\.tmp$/);
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

  describe.runIf(posix)("rights", () => {
    it("a new file has the given mode, less the umask", async () => {
      const before = process.umask(0o027);
      try {
        await within(make(target()), "succeeded");
        expect(statSync(target()).mode & 0o7777).toBe(0o640);
        rmSync(target());
        await within(make(target(), { mode: 0o755 }), "succeeded");
        expect(statSync(target()).mode & 0o7777).toBe(0o750);
      } finally {
        process.umask(before);
      }
    });

    it.each([0o600, 0o644, 0o755, 0o444, 0o4755])("a file of mode %o keeps it", async (mode) => {
      writeFileSync(target(), "old");
      chmodSync(target(), mode);
      await within(make(target(), { mode: 0o666 }), "succeeded", async (file) => {
        await file.write("secret");
        expect(statSync(file.path).mode & 0o777).toBe(0o600); // nobody reads it meanwhile
      });
      expect(content()).toBe("secret");
      expect(statSync(target()).mode & 0o7777).toBe(mode);
    });

    it("a file that is made secret meanwhile stays secret", async () => {
      await within(make(target()), "succeeded", () => {
        writeFileSync(target(), "another's");
        chmodSync(target(), 0o600);
      });
      expect(statSync(target()).mode & 0o777).toBe(0o600);
    });

    it.runIf(process.getuid?.() === 0)("its owner is kept by who may", async () => {
      const { chownSync } = await import("node:fs");
      writeFileSync(target(), "old");
      chownSync(target(), 65534, 65534);
      chmodSync(target(), 0o4755);
      await within(make(target()), "succeeded");
      const { uid, gid, mode } = statSync(target());
      expect([uid, gid, mode & 0o7777]).toEqual([65534, 65534, 0o4755]);
    });

    it.runIf(process.getuid?.() === 0)(
      "who may not, writes a file of their own, that runs as nobody else",
      () => {
        writeFileSync(target(), "old");
        chmodSync(target(), 0o4755);
        const program = bundle(`
        import { ${name} as make } from "../../runtime/node/index.ts";
        import { within } from "./ways-out.ts";
        console.log(String(await within(make(process.argv[2]!), "succeeded")));
      `);
        expect(runAsUser(program, target())).toBe("undefined\n");
        const { uid, mode } = statSync(target());
        expect([uid, mode & 0o7777]).toEqual([65534, 0o755]);
      },
    );
  });

  describe("links", () => {
    it.each([
      ["to a file", "data/real.txt", "old"],
      ["to where nothing is", "data/real.txt", undefined],
    ])("one %s stays, and what it points to is written", async (_, points, before) => {
      mkdirSync(folder.join("data"));
      if (before !== undefined) writeFileSync(folder.join(points), before);
      symlinkSync(points, folder.join("middle.txt"));
      symlinkSync("middle.txt", target());
      const error = await within(make(target()), "succeeded", async (file) => {
        expect(dirname(file.path)).toBe(folder.join("data"));
        await file.write("new");
      });
      expect(error).toBeUndefined();
      expect(readlinkSync(target())).toBe("middle.txt");
      expect(readFileSync(folder.join(points), "utf8")).toBe("new");
      expect(readdirSync(folder.join("data"))).toEqual(["real.txt"]);
    });

    it("one that goes up from a linked folder is followed from where that is", async () => {
      mkdirSync(folder.join("real/deep"), { recursive: true });
      symlinkSync(folder.join("real/deep"), folder.join("short"), "junction");
      symlinkSync("../up.txt", folder.join("real/deep/link.txt"));
      await within(make(folder.join("short/link.txt")), "succeeded", (file) => file.write("new"));
      expect(readFileSync(folder.join("real/up.txt"), "utf8")).toBe("new");
    });

    it("a ring of them is an error", async () => {
      symlinkSync("b", folder.join("a"));
      symlinkSync("a", folder.join("b"));
      const error = await within(make(folder.join("a")), "succeeded").catch((thrown: unknown) => thrown);
      expect(errorOf(error).code).toBe("ELOOP");
    });
  });

  describe("what cannot be replaced", () => {
    it.each(posix ? ["a folder", "a device"] : ["a folder"])(
      "%s is refused before anything is written",
      async (what) => {
        const path = what === "a folder" ? folder.path : "/dev/null";
        const error = await within(make(path), "succeeded").catch((thrown: unknown) => thrown);
        expect(errorOf(error).message).toBe(`ts-raii: atomicWrite cannot replace ${path}: it is no file`);
        expect(readdirSync(folder.path)).toEqual([]);
      },
    );

    it("in a folder that is not there is what the system says", async () => {
      const error = await within(make(folder.join("missing/x")), "succeeded").catch(
        (thrown: unknown) => thrown,
      );
      expect(errorOf(error).code).toBe("ENOENT");
    });

    it("the name may be as long as names can be", async () => {
      const long = folder.join("ü".repeat(127));
      await within(make(long), "succeeded", (file) => file.write("new"));
      expect(readFileSync(long, "utf8")).toBe("new");
    });
  });

  it("a rename that fails names both paths, removes the temporary file and keeps the target", async () => {
    let path = "";
    const error = errorOf(
      await within(make(target()), "succeeded", async (file) => {
        path = file.path;
        await file.write("new");
        mkdirSync(target());
        writeFileSync(`${target()}/inside`, "kept");
      }),
    );
    expect(error.message).toContain(`atomicWrite could not put ${path} in place of ${target()}: E`);
    expect(error.message).toMatch(/The target is as it was; the temporary file is removed$/);
    expect(error.code).toBe(errorOf(error.cause).code);
    expect(error.code).toBeDefined();
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
    expect(readFileSync(`${target()}/inside`, "utf8")).toBe("kept");
  });

  it("a folder that has vanished is said to have", async () => {
    mkdirSync(folder.join("own"));
    const error = errorOf(
      await within(make(folder.join("own/x")), "succeeded", () =>
        rmSync(folder.join("own"), { recursive: true }),
      ),
    );
    expect(error.message).toContain("ENOENT");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("a descriptor that was closed before the end is an error, and the target as it was", async () => {
    writeFileSync(target(), "old");
    if (name === "atomicWriteAsync") return; // a stream may close it: see below
    const error = await within(make(target()), "succeeded", async (file) => {
      await file.write("new");
      if (isSynchronous(file)) closeSync(file.descriptor);
    });
    expect(errorOf(error).message).toContain("its descriptor was closed before the scope ended");
    expect(errorOf(error).code).toBe("EBADF");
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it("a write that has failed is not put in place, even if the body has caught the error", async () => {
    writeFileSync(target(), "old");
    let caught: unknown;
    const error = await within(make(target()), "succeeded", async (file) => {
      await file.write("a part of ");
      try {
        await file.write(1n as unknown as string);
      } catch (thrown) {
        caught = thrown;
      }
      await file.write("the content");
    });
    expect(caught).toBeInstanceOf(TypeError);
    expect(errorOf(error).cause).toBe(caught);
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it.runIf(process.platform === "linux")("a full disk leaves the target as it was", async () => {
    // The limit of a process on the size of files stands in for a disk that is full: the same write, half done.
    const program = bundle(`
      import { ${name} as make } from "../../runtime/node/index.ts";
      import { within } from "./ways-out.ts";
      process.on("SIGXFSZ", () => {}); // else the limit ends the process
      const error = await within(make(process.argv[2]!), "succeeded", async (file) => {
        await file.write("x".repeat(3000));
        try { await file.write("x".repeat(3000)); } catch (error) { console.log(error.code); }
      });
      console.log(error.code, error.message.includes("The target is as it was; the temporary file is removed"));
    `);
    writeFileSync(target(), "old");
    chmodSync(target(), 0o666);
    expect(runLimited(program, target())).toBe("EFBIG\nEFBIG true\n");
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
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

  it("whichever step fails, the target has all of the old content or all of the new, and nothing else is left", async () => {
    const text = fc.string({ maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.option(text),
        fc.array(text, { maxLength: 6 }),
        fc.option(fc.nat(7)),
        fc.constantFrom<"write" | "body" | "caught" | "rename" | "close">(
          "write",
          "body",
          "caught",
          "rename",
          "close",
        ),
        fc.constantFrom(...ways),
        async (old, chunks, failing, failure, way) => {
          rmSync(target(), { recursive: true, force: true });
          if (old !== null) writeFileSync(target(), old);
          let hasFailed = false;
          const error = await within(make(target()), way, async (file) => {
            for (const [step, chunk] of [...chunks, ""].entries()) {
              if (step === failing) {
                hasFailed = true;
                if (failure === "body") throw bodyError;
                if (failure === "write") await file.write(Symbol() as unknown as string);
                if (failure === "caught") await swallow(() => file.write({} as unknown as string));
                if (failure === "rename") {
                  rmSync(target(), { recursive: true, force: true });
                  mkdirSync(target());
                }
                if (failure === "close" && isSynchronous(file)) closeSync(file.descriptor);
                if (failure === "close" && !isSynchronous(file)) await file.handle.close();
              }
              await file.write(chunk);
            }
          });
          const isRenamed = way === "succeeded" && !hasFailed;
          if (hasFailed && failure === "rename") {
            expect(statSync(target()).isDirectory()).toBe(true);
            expect(readdirSync(target())).toEqual([]);
          } else {
            const now = lstatSync(target(), { throwIfNoEntry: false }) ? content() : null;
            expect(now).toBe(isRenamed ? chunks.join("") : old);
          }
          expect(readdirSync(folder.path).filter((each) => each !== "target.txt")).toEqual([]);
          if (way === "succeeded" && hasFailed && failure !== "body") expect(error).toBeInstanceOf(Error);
        },
      ),
      { numRuns: 150 },
    );
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

async function swallow(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {}
}
