import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { tempDir, tempDirAsync } from "../../runtime/node/index.ts";
import { bundle, runAsUser, testFolder } from "./child.ts";
import { errorOf, ways, within } from "./ways-out.ts";

const posix = process.platform !== "win32";

describe.each([
  ["tempDir", tempDir],
  ["tempDirAsync", tempDirAsync],
])("%s()", (name, make) => {
  const parent = testFolder();

  it.each(ways)("is there within the scope and gone after it, when that has %s", async (way) => {
    let path = "";
    const error = await within(make("build-", { parent: parent.path }), way, (handle) => {
      path = handle;
      expect(isAbsolute(path)).toBe(true);
      expect(path.startsWith(join(parent.path, "build-"))).toBe(true);
      expect(statSync(path).isDirectory()).toBe(true);
      mkdirSync(join(path, "a", "b"), { recursive: true });
      writeFileSync(join(path, "a", "b", "c.txt"), "content");
    });
    expect(error).toBeUndefined();
    expect(readdirSync(parent.path)).toEqual([]);
  });

  it.runIf(posix)("only its user can enter it, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await within(make("x-", { parent: parent.path }), "succeeded", (path) => {
        expect(statSync(path).mode & 0o777).toBe(0o700);
      });
    } finally {
      process.umask(before);
    }
  });

  it("property 34: does nothing until it is acquired, and makes another folder each time", async () => {
    const resource = make("x-", { parent: parent.path });
    expect(readdirSync(parent.path)).toEqual([]);
    const paths: string[] = [];
    await within(resource, "succeeded", (outer) =>
      within(resource, "succeeded", (inner) => {
        paths.push(outer, inner);
        expect(readdirSync(parent.path)).toHaveLength(2);
      }),
    );
    expect(new Set(paths).size).toBe(2);
    expect(readdirSync(parent.path)).toEqual([]);
  });

  it.each(["", ".", "..", "...", "~", " "])(
    "the prefix %j is that of a folder in the parent",
    async (prefix) => {
      const error = await within(make(prefix, { parent: parent.path }), "succeeded", (path) => {
        expect(readdirSync(parent.path)).toEqual([basename(path)]);
        expect(basename(path).startsWith(prefix)).toBe(true);
      });
      expect(error).toBeUndefined();
      expect(readdirSync(parent.path)).toEqual([]);
    },
  );

  it("is fine when it is gone already, or was moved away", async () => {
    expect(await within(make("x-", { parent: parent.path }), "succeeded", rmSyncAll)).toBeUndefined();
    const moved = (path: string): void => renameSync(path, parent.join("kept"));
    expect(await within(make("x-", { parent: parent.path }), "succeeded", moved)).toBeUndefined();
    expect(readdirSync(parent.path)).toEqual(["kept"]);
  });

  it("leaves alone what links in it point to", async () => {
    writeFileSync(parent.join("file"), "content");
    mkdirSync(parent.join("folder"));
    writeFileSync(parent.join("folder/file"), "content");
    const error = await within(make("x-", { parent: parent.path }), "succeeded", (path) => {
      symlinkSync(parent.join("file"), join(path, "to-file"));
      symlinkSync(parent.join("folder"), join(path, "to-folder"), "junction");
    });
    expect(error).toBeUndefined();
    expect(readdirSync(parent.path).sort()).toEqual(["file", "folder"]);
    expect(readdirSync(parent.join("folder"))).toEqual(["file"]);
  });

  it("one that was replaced by a link is gone, and what that points to is left alone", async () => {
    mkdirSync(parent.join("folder"));
    writeFileSync(parent.join("folder/file"), "content");
    const error = await within(make("x-", { parent: parent.path }), "succeeded", (path) => {
      rmSyncAll(path);
      symlinkSync(parent.join("folder"), path, "junction");
    });
    expect(error).toBeUndefined();
    expect(readdirSync(parent.path)).toEqual(["folder"]);
    expect(readdirSync(parent.join("folder"))).toEqual(["file"]);
  });

  it("removes the folder it made when the process has gone elsewhere, also with a relative parent", async () => {
    const before = process.cwd();
    mkdirSync(parent.join("elsewhere"));
    process.chdir(parent.path);
    try {
      const error = await within(make("x-", { parent: "." }), "succeeded", () =>
        process.chdir(parent.join("elsewhere")),
      );
      expect(error).toBeUndefined();
      expect(readdirSync(parent.path)).toEqual(["elsewhere"]);
    } finally {
      process.chdir(before);
    }
  });

  it("read-only files and folders in it are no obstacle, and rights outside of it are not touched", () => {
    // As a user for whom rights count: root could remove them anyhow.
    const program = bundle(`
      import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      import { ${name} as make } from "../../runtime/node/index.ts";
      import { within } from "./ways-out.ts";
      const parent = process.argv[2]!;
      const outside = join(parent, "outside");
      mkdirSync(outside);
      chmodSync(outside, 0o555);
      let path = "";
      const error = await within(make("x-", { parent }), "succeeded", (handle) => {
        path = handle;
        mkdirSync(join(path, "deep", "deeper"), { recursive: true });
        writeFileSync(join(path, "deep", "deeper", "file"), "content");
        chmodSync(join(path, "deep", "deeper", "file"), 0o400);
        symlinkSync(outside, join(path, "deep", "to-outside"));
        chmodSync(join(path, "deep", "deeper"), 0o500);
        chmodSync(join(path, "deep"), 0);
        chmodSync(path, 0o500);
      });
      console.log(String(error), existsSync(path), (statSync(outside).mode & 0o777).toString(8));
    `);
    expect(runAsUser(program, parent.path)).toBe("undefined false 555\n");
  });

  it("a refusal at one place while much is removed at others is no obstacle", () => {
    const program = bundle(`
      import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      import { ${name} as make } from "../../runtime/node/index.ts";
      import { within } from "./ways-out.ts";
      for (let round = 0; round < 20; round++) {
        let path = "";
        const error = await within(make("x-", { parent: process.argv[2]! }), "succeeded", (handle) => {
          path = handle;
          for (let at = 0; at < 30; at++) {
            mkdirSync(join(path, String(at), "a", "b"), { recursive: true });
            writeFileSync(join(path, String(at), "a", "b", "file"), "content");
            if (at % 10 === round % 10) chmodSync(join(path, String(at), "a"), 0o500);
          }
        });
        if (error || existsSync(path)) console.log(round, String(error), existsSync(path));
      }
    `);
    expect(runAsUser(program, parent.path)).toBe("");
  });

  it("throws what the system says when the parent is not there", async () => {
    const error = await within(make("x-", { parent: parent.join("missing") }), "succeeded").catch(
      (thrown: unknown) => thrown,
    );
    expect(errorOf(error).code).toBe("ENOENT");
  });

  it.each(["../x", "a/b", "a\\b", "a\0b", ["../x"], { includes: () => false }, null, 1])(
    "refuses the prefix %j",
    (prefix) => {
      expect(() => make(prefix as string)).toThrow(TypeError);
      expect(() => make(prefix as string)).toThrow(
        /prefix that is a part of a name, without separators, and not/,
      );
    },
  );

  it("a second release is refused, and removes nothing", async () => {
    const acquisition = await make("x-", { parent: parent.path })[Resource.acquire]();
    await acquisition.release({ kind: "succeeded" });
    mkdirSync(acquisition.handle);
    expect(() => acquisition.release({ kind: "succeeded" })).toThrow(`ts-raii: ${name} was released before`);
    expect(existsSync(acquisition.handle)).toBe(true);
  });

  it("whatever is put in it, nothing is left", async () => {
    const segment = fc.constantFrom("a", "b", "ü", " ", ".hidden", "with space", "-rf", "*");
    const entry = fc.record({
      path: fc.array(segment, { minLength: 1, maxLength: 4 }),
      kind: fc.constantFrom("file", "folder", "link", "dangling"),
      mode: fc.constantFrom(0o000, 0o400, 0o500, 0o700),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), fc.constantFrom(...ways), async (entries, way) => {
        const error = await within(make("", { parent: parent.path }), way, (root) => {
          for (const { path, kind } of entries) {
            const at = join(root, ...path);
            if (existsSync(at)) continue;
            try {
              mkdirSync(join(at, ".."), { recursive: true });
              if (kind === "file") writeFileSync(at, "content");
              else if (kind === "folder") mkdirSync(at);
              else symlinkSync(kind === "link" ? root : join(root, "missing"), at);
            } catch {} // something stands in the way
          }
          for (const { path, kind, mode } of entries.slice().reverse()) {
            const at = join(root, ...path);
            if (kind === "file" || kind === "folder") chmodIfThere(at, mode);
          }
        });
        expect(error).toBeUndefined();
        expect(readdirSync(parent.path)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

function rmSyncAll(path: string): void {
  rmSync(path, { recursive: true });
}

function chmodIfThere(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {}
}

it("is made in the system's folder by default", async () => {
  await within(tempDir(), "succeeded", (path) => {
    const other = mkdtempSync(join(path, "..", "other-"));
    rmSync(other, { recursive: true });
    expect(path).toMatch(/[/\\]tmp-[^/\\]+$/);
  });
});
