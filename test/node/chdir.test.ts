import { mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquire, Resource, run } from "../../runtime/index.ts";
import { chdir } from "../../runtime/node/index.ts";
import { testFolder } from "./child.ts";
import { errorOf, ways, within } from "./ways-out.ts";

describe("chdir()", () => {
  const folder = testFolder();
  let before = "";
  let root = "";
  beforeEach(() => {
    before = process.cwd();
    root = realpathSync(folder.path);
    for (const name of ["a/b", "c"]) mkdirSync(join(root, name), { recursive: true });
  });
  afterEach(() => process.chdir(before));

  it.each(ways)("is there within the scope and back after it, when that has %s", async (way) => {
    const resource = chdir(root);
    expect(process.cwd()).toBe(before);
    const error = await within(resource, way, (path) => {
      expect(path).toBe(root);
      expect(process.cwd()).toBe(root);
      process.chdir("c"); // wherever the body goes
    });
    expect(error).toBeUndefined();
    expect(process.cwd()).toBe(before);
  });

  it("relative ones go on from where the process is, and back the same way", () => {
    const cwds = run(function* () {
      yield* acquire(chdir(root));
      const paths = [
        yield* acquire(chdir("a")),
        yield* acquire(chdir("b")),
        yield* acquire(chdir("../../c")),
      ];
      expect(process.cwd()).toBe(paths[2]);
      return paths;
    });
    expect(cwds).toEqual([join(root, "a"), join(root, "a", "b"), join(root, "c")]);
    expect(process.cwd()).toBe(before);
  });

  it("throws what the system says, and stays, when there is no such folder", () => {
    writeFileSync(join(root, "file"), "");
    for (const [path, code] of [
      [join(root, "missing"), "ENOENT"],
      [join(root, "file"), "ENOTDIR"],
    ] as const) {
      expect(() =>
        run(function* () {
          yield* acquire(chdir(path));
        }),
      ).toThrow(expect.objectContaining({ code }));
      expect(process.cwd()).toBe(before);
    }
  });

  // Windows does not let a current folder be removed.
  it.runIf(process.platform !== "win32")(
    "says where it is, and where it could not go, when that is gone",
    async () => {
      process.chdir(join(root, "a"));
      const error = await within(chdir(join(root, "c")), "succeeded", () =>
        rmSync(join(root, "a"), { recursive: true }),
      );
      expect(errorOf(error).message).toMatch(
        new RegExp(
          `^ts-raii: chdir\\("${join(root, "c")}"\\) cannot go back to ${join(root, "a")}: ENOENT.*\\. The process stays where it is; go to a folder that exists by process\\.chdir\\(\\)$`,
        ),
      );
      expect(errorOf(error).code).toBe("ENOENT");
      expect(process.cwd()).toBe(join(root, "c"));
    },
  );

  it("a second release is refused, and goes nowhere", () => {
    const acquisition = chdir(root)[Resource.acquire]();
    acquisition.release({ kind: "succeeded" });
    process.chdir(join(root, "c"));
    expect(() => acquisition.release({ kind: "succeeded" })).toThrow("was released before");
    expect(process.cwd()).toBe(join(root, "c"));
  });

  it("any nesting of it ends where it began", () => {
    const path = fc.constantFrom(".", "..", "a", "a/b", "c", "../c", "missing");
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), (paths) => {
        process.chdir(root);
        try {
          run(function* () {
            for (const each of paths) yield* acquire(chdir(each));
          });
        } catch (error) {
          // Above the root there may be a file of one of these names.
          expect(errorOf(error).code).toMatch(/^(?:ENOENT|ENOTDIR)$/);
        }
        expect(process.cwd()).toBe(root);
      }),
    );
  });
});
