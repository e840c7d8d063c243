import crypto from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { tempFile, tempFileAsync } from "../../runtime/node/index.ts";
import { testFolder } from "./child.ts";
import { errorOf, ways, within } from "./ways-out.ts";

describe.each([
  ["tempFile", tempFile],
  ["tempFileAsync", tempFileAsync],
])("%s()", (name, make) => {
  const parent = testFolder();

  it.each(ways)("is an empty file within the scope and gone after it, when that has %s", async (way) => {
    const resource = make("report-", { parent: parent.path, suffix: ".csv" });
    expect(readdirSync(parent.path)).toEqual([]);
    const error = await within(resource, way, (path) => {
      expect(isAbsolute(path)).toBe(true);
      expect(readdirSync(parent.path)).toEqual([basename(path)]);
      expect(basename(path)).toMatch(/^report-[0-9a-f]{18}\.csv$/);
      expect(readFileSync(path, "utf8")).toBe("");
      writeFileSync(path, "content");
    });
    expect(error).toBeUndefined();
    expect(readdirSync(parent.path)).toEqual([]);
  });

  it.runIf(process.platform !== "win32")("is its user's alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await within(make("x-", { parent: parent.path }), "succeeded", (path) => {
        expect(statSync(path).mode & 0o777).toBe(0o600);
      });
    } finally {
      process.umask(before);
    }
  });

  it.each([
    ["removed", (path: string) => rmSync(path), ["own"]],
    ["renamed away", (path: string) => renameSync(path, parent.join("kept")), ["kept", "own"]],
    ["removed with its folder", (path: string) => rmSync(dirname(path), { recursive: true }), []],
  ])("is fine when it was %s", async (_, take, left) => {
    mkdirSync(parent.join("own"));
    expect(await within(make("x-", { parent: parent.join("own") }), "succeeded", take)).toBeUndefined();
    expect(readdirSync(parent.path).sort()).toEqual(left);
  });

  it("removes a link that took its place, and not what that points to", async () => {
    writeFileSync(parent.join("other"), "content");
    const error = await within(make("x-", { parent: parent.path }), "succeeded", (path) => {
      rmSync(path);
      symlinkSync(parent.join("other"), path);
    });
    expect(error).toBeUndefined();
    expect(readdirSync(parent.path)).toEqual(["other"]);
  });

  it("a folder that took its place is not removed, and the error says so", async () => {
    let path = "";
    const error = await within(make("x-", { parent: parent.path }), "succeeded", (handle) => {
      path = handle;
      rmSync(path);
      mkdirSync(path);
    });
    expect(errorOf(error).message).toContain(path);
    expect(existsSync(path)).toBe(true);
  });

  it("each acquisition is another file", async () => {
    const resource = make("x-", { parent: parent.path });
    await within(resource, "succeeded", (outer) =>
      within(resource, "succeeded", (inner) => {
        expect(inner).not.toBe(outer);
        expect(readdirSync(parent.path).sort()).toEqual([basename(outer), basename(inner)].sort());
      }),
    );
  });

  it("is made exclusively: not through a link that somebody has put there before", async () => {
    const { randomBytes } = crypto;
    crypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof randomBytes;
    syncBuiltinESMExports();
    try {
      writeFileSync(parent.join("other"), "another's");
      symlinkSync(parent.join("other"), parent.join(`x-${"0".repeat(18)}`));
      const error = await within(make("x-", { parent: parent.path }), "succeeded").catch(
        (thrown: unknown) => thrown,
      );
      expect(errorOf(error).code).toBe("EEXIST");
      expect(readFileSync(parent.join("other"), "utf8")).toBe("another's");
    } finally {
      crypto.randomBytes = randomBytes;
      syncBuiltinESMExports();
    }
  });

  it("refuses a prefix or suffix that is more than a part of a name", () => {
    expect(() => make("../x")).toThrow(/prefix that is a part of a name/);
    expect(() => make("x", { suffix: "/../../etc/passwd" })).toThrow(/suffix that is a part of a name/);
    expect(() => make("x", { suffix: ["/x"] as unknown as string })).toThrow(TypeError);
  });

  it("throws what the system says when the parent is not there", async () => {
    const missing = make("x-", { parent: parent.join("missing") });
    const error = await within(missing, "succeeded").catch((thrown: unknown) => thrown);
    expect(errorOf(error).code).toBe("ENOENT");
  });

  it("a second release is refused, and removes nothing", async () => {
    const acquisition = await make("x-", { parent: parent.path })[Resource.acquire]();
    await acquisition.release({ kind: "succeeded" });
    writeFileSync(acquisition.handle, "another's");
    expect(() => acquisition.release({ kind: "succeeded" })).toThrow(`ts-raii: ${name} was released before`);
    expect(readFileSync(acquisition.handle, "utf8")).toBe("another's");
  });
});
