import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { forms, posix } from "./atomic-forms.ts";
import { bundle, runAsUser, testFolder } from "./child.ts";
import { errorOf, within } from "./ways-out.ts";

describe.each(forms)("%s()", (name, make) => {
  const folder = testFolder();
  const target = (): string => folder.join("target.txt");
  const content = (): string => readFileSync(target(), "utf8");

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
});
