import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureSize } from "../../bench/measure-size.mjs";
import { compile } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);

describe("the package", () => {
  let folder: string;
  let tarball: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ts-raii-"));
    execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
      cwd: root,
      stdio: "pipe",
    });
    tarball = join(folder, readdirSync(folder)[0]!);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is clean for publint", () => {
    const { status, stdout } = spawnSync(bin("publint"), [tarball, "--strict"], { encoding: "utf8" });
    expect(stdout).toContain("All good!");
    expect(status).toBe(0);
  });

  it("has the right types in every condition (are-the-types-wrong)", () => {
    // Into a file: it exits at once, and a pipe can lose the end of what it has written (Node 26).
    const path = join(folder, "attw.json");
    spawnSync(bin("attw"), [tarball, "--format", "json"], {
      stdio: ["ignore", openSync(path, "w"), "inherit"],
    });
    const { analysis } = JSON.parse(readFileSync(path, "utf8")) as {
      analysis: { entrypoints: object; problems: { resolutionKind?: string }[] };
    };
    expect(Object.keys(analysis.entrypoints)).toEqual([
      ".",
      "./node",
      "./database",
      "./transformer",
      "./package.json",
    ]);
    // node10 has no `exports`; whoever resolves so cannot load ts-patch plugins by subpath either.
    expect(analysis.problems.filter(({ resolutionKind }) => resolutionKind !== "node10")).toEqual([]);
  });

  it("has no dependencies, no install scripts, no side effects", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, any>;
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.sideEffects).toBe(false);
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
    expect(manifest.peerDependenciesMeta).toEqual({
      "ts-patch": { optional: true },
      typescript: { optional: true },
    });
  });

  it("brings the command line", () => {
    const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: object };
    expect(bin).toEqual({ "ts-raii": "dist/cli/main.js" });
    expect(readFileSync(join(root, "dist/cli/main.js"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const packed = execFileSync("tar", ["-tvf", tarball], { encoding: "utf8" });
    expect(packed).toMatch(/^-rwxr-xr-x .* package\/dist\/cli\/main\.js$/m);
  });

  it("loads by require() and by import, and the transformer by require()", async () => {
    const require = createRequire(join(root, "examples/package.json"));
    const cjs = require("ts-raii") as Record<string, unknown>;
    const esm = (await import(join(root, "dist/runtime/esm/index.js"))) as Record<string, unknown>;
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort());
    expect(typeof require("ts-raii/transformer")).toBe("function");
  });

  it("resources of the CommonJS copy are acquired by the ES module copy, and the other way round", async () => {
    type Runtime = typeof import("../../runtime/index.ts");
    const cjs = createRequire(import.meta.url)("../../dist/runtime/cjs/index.js") as Runtime;
    const esm = (await import(join(root, "dist/runtime/esm/index.js"))) as Runtime;
    for (const [maker, runner] of [
      [cjs, esm],
      [esm, cjs],
    ] as const) {
      const log: string[] = [];
      const res = maker.resource(
        () => "handle",
        (handle, exit) => {
          log.push(`${handle} ${exit.kind}`);
          if (exit.kind === "failed") exit.suppress();
        },
      );
      runner.run(function* () {
        log.push(yield* runner.acquire(res));
        throw new Error("suppressed");
      });
      expect(log).toEqual(["handle", "handle failed"]);
    }
  });

  // 1.5 kB, and about 100 bytes for what is printed of combined errors: their stacks (70), the count of them (20), the
  // getters that end what Node 26 prints (15).
  it("adds at most 1.65 kB, minified and gzipped, to a bundle with one emitted synchronous function", () => {
    mkdirSync(join(root, ".tmp/size"), { recursive: true });
    const file = join(root, ".tmp/size/copy.mjs");
    const source = `import { raii } from "ts-raii";
      export function copy(from, to) { "use raii"; const a = raii(from); for (const each of to) { raii(each); } return a; }`;
    writeFileSync(file, compile(source, { compilerOptions: { module: ts.ModuleKind.ESNext } }).code);
    const { all, code } = measureSize(file);
    expect(all - code).toBeLessThanOrEqual(1650);
  });

  it("leaves nothing in a bundle that uses nothing of it", async () => {
    const { outputFiles } = await build({
      stdin: { contents: `import { raii, resource } from "ts-raii";`, resolveDir: join(root, "examples") },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    expect(outputFiles[0]!.text.trim()).toBe("");
  });
});
