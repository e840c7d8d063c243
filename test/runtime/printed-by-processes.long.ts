import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "ts-raii-printed-")));
afterAll(() => rmSync(folder, { recursive: true }));

/** Defines `fail(count)`: the body and so many releases less one fail, each with a `code`, in a function of its name. */
const failing = `
  import { acquire, acquireAsync, resource, run, runAsync } from ${JSON.stringify(pathToFileURL(join(root, "dist/runtime/esm/index.js")).href)};
  const thrower = (name) => ({ [name]: () => { throw Object.assign(new Error(name), { code: "E" + name }); } })[name];
  const releases = (count) => Array.from({ length: count - 1 }, (_, i) => resource(() => {}, thrower("release" + (count - 1 - i) + "_")));
  function fail(count) {
    run(function* () {
      for (const each of releases(count)) yield* acquire(each);
      thrower("body_")();
    });
  }
  async function failLater(count) {
    await runAsync(function* () {
      for (const each of releases(count)) yield* acquireAsync(each);
      thrower("body_")();
    });
  }
`;

function outputOf(args: readonly string[], env: Record<string, string> = {}): string {
  const { stdout, stderr, error } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...env },
    maxBuffer: 1e9,
  });
  if (error) throw error;
  return stdout + stderr;
}

const written = new Map<string, string>();

/** The path of a file with this text. */
function fileOf(source: string, extension: string): string {
  const path = written.get(source) ?? join(folder, `${written.size}.${extension}`);
  if (!written.has(source)) writeFileSync(path, source);
  written.set(source, path);
  return path;
}

const framesOf = (count: number): string[] => [
  "body_",
  ...Array.from({ length: Math.min(count, 4) - 1 }, (_, i) => `release${i + 1}_`),
];

describe("what processes print of combined errors", () => {
  const calls = {
    "an uncaught error": (count: number) => `fail(${count});`,
    "an unhandled rejection": (count: number) => `failLater(${count});`,
    "console.log()": (count: number) => `try { fail(${count}) } catch (error) { console.log(error); }`,
    "console.log() of a field": (count: number) =>
      `try { fail(${count}) } catch (error) { console.log("failed", { error }); }`,
    "console.error()": (count: number) =>
      `try { fail(${count}) } catch (error) { console.error("%o", error); }`,
  };

  it.each(Object.keys(calls) as (keyof typeof calls)[])("property 12: %s shows where each failed", (call) => {
    for (const count of [2, 3, 4, 5, 9]) {
      const output = outputOf([fileOf(failing + calls[call](count), "mjs")]);
      for (const name of framesOf(count)) expect(output).toMatch(new RegExp(`at (Object\\.)?${name} `));
      if (count > 4) expect(output).toContain(`${count} errors in all`);
    }
  });

  it("property 13: an uncaught error of 1e5 failing releases is bounded", () => {
    const output = outputOf([fileOf(`${failing} fail(1e5);`, "mjs")]);
    expect(output).toContain("100000 errors in all");
    expect(output.length).toBeLessThan(10_000);
  });

  it("property 12: vitest shows where each failed", () => {
    const tests = [2, 3, 4, 5].map(
      (count) =>
        `test("sync ${count}", () => fail(${count})); test("async ${count}", () => failLater(${count}));`,
    );
    fileOf(failing + tests.join("\n"), "test.mjs");
    const config = fileOf(`export default { test: { globals: true, include: ["*.test.mjs"] } };`, "mjs");
    const output = outputOf(
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config, "--root", folder],
      { VITEST: "", VITEST_MODE: "", VITEST_WORKER_ID: "", VITEST_POOL_ID: "" },
    );
    for (const kind of ["sync", "async"]) {
      for (const count of [2, 3, 4, 5]) {
        const shown = output.split(` FAIL `).find((part) => part.includes(`> ${kind} ${count}\n`));
        expect(shown, output).toBeDefined();
        for (const name of framesOf(count))
          expect(shown).toMatch(new RegExp(`❯ (Object\\.)?${name} .*:\\d+:\\d+`));
        if (count > 4) expect(shown).toContain(`${count} errors in all`);
      }
    }
  });
});
