import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureSize } from "../../bench/measure-size.mjs";
import { compile } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);

/** What a source does, and how many lines it has: comments count for nothing. */
const meaningOf = (source: string) => ({
  code: ts.transpile(source, {
    target: ts.ScriptTarget.ESNext,
    removeComments: true,
    verbatimModuleSyntax: true,
  }),
  lines: source.split("\n").length,
});

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
    execFileSync("tar", ["-xf", tarball, "-C", folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const packed = (): string[] =>
    execFileSync("tar", ["-tf", tarball], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((path) => path.slice("package/".length));
  const read = (path: string): string => readFileSync(join(folder, "package", path), "utf8");

  it("holds few files: what is built, the documents, the examples", () => {
    const paths = packed();
    expect(paths.length).toBeLessThanOrEqual(175);
    expect(paths.filter((path) => path.startsWith("dist/")).length).toBeLessThanOrEqual(95);
    expect(statSync(tarball).size).toBeLessThan(800_000);
    const unpacked = paths.reduce((sum, path) => sum + Buffer.byteLength(read(path)), 0);
    expect(unpacked).toBeLessThan(3_300_000);
    expect(
      paths.filter((path) =>
        /^(test|fixtures|scripts|node_modules)\/|^examples\/out\/|tsbuildinfo/.test(path),
      ),
    ).toEqual([]);
  });

  it("holds the licenses of the libraries that are bundled in", () => {
    const licenses = read("dist/third-party-licenses.txt");
    for (const library of ["@babel/parser", "diff", "jsonc-parser", "unplugin", "@jridgewell/remapping"])
      expect(licenses).toMatch(new RegExp(`^${library} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, "m"));
    expect(licenses).toContain("Redistributions in binary form must reproduce the above copyright notice"); // of diff
  });

  it("holds what its README links to", () => {
    const paths = packed();
    const links = [...read("README.md").matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(
      ([, path]) => path!,
    );
    expect(links.length).toBeGreaterThan(5);
    expect(
      links.filter((link) => !paths.some((path) => path === link || path.startsWith(`${link}/`))),
    ).toEqual([]);
  });

  it("has source maps that let debuggers step over the runtime, and sources for them", () => {
    const paths = packed();
    const maps = paths.filter((path) => path.endsWith(".map"));
    expect(maps.length).toBe(8);
    expect(paths.filter((path) => /^dist\/runtime\/(esm|cjs)\/\w+\.js$/.test(path)).length).toBe(maps.length);
    for (const path of maps) {
      expect(read(path.replace(/\.map$/, ""))).toMatch(/^\/\/# sourceMappingURL=\w+\.js\.map\s*$/m);
      const map = JSON.parse(read(path)) as {
        sources: string[];
        sourcesContent?: string[];
        ignoreList: number[];
        x_google_ignoreList: number[];
      };
      const all = map.sources.map((_, index) => index);
      expect(all.length, path).toBeGreaterThan(0);
      expect(map.ignoreList, path).toEqual(all);
      expect(map.x_google_ignoreList, path).toEqual(all);
      // A loader that reads maps warns of each source that is neither in the map nor beside it.
      for (const index of all) {
        const source = join(path, "..", map.sources[index]!);
        if (map.sourcesContent === undefined) expect(paths).toContain(source);
        else
          expect(meaningOf(map.sourcesContent[index]!)).toEqual(
            meaningOf(readFileSync(join(root, source), "utf8")),
          );
      }
    }
  });

  it("leads errors that it throws to the lines of their sources", () => {
    const source = new TraceMap(read("dist/runtime/esm/shared.js.map"));
    const throws = 'new Error("ts-raii: this scope has been left")';
    const built = read("dist/runtime/esm/shared.js").split("\n");
    const line = built.findIndex((each) => each.includes(throws));
    const found = originalPositionFor(source, { line: line + 1, column: built[line]!.indexOf(throws) });
    expect(found.source).toMatch(/runtime\/core\/scope\.ts$/);
    expect(readFileSync(join(root, "runtime/core/scope.ts"), "utf8").split("\n")[found.line! - 1]).toContain(
      throws,
    );

    const other = read("dist/runtime/cjs/shared.js").split("\n");
    const at = other.findIndex((each) => each.includes(throws));
    const to = originalPositionFor(new TraceMap(read("dist/runtime/cjs/shared.js.map")), {
      line: at + 1,
      column: other[at]!.indexOf(throws),
    });
    expect(to).toMatchObject({ source: "../esm/shared.js", line: line + 1 });
  });

  it.each([
    ["index", 2],
    ["database", 2],
    ["node", 15],
  ])("loads few files for %s: %i at most", (entry, most) => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const [, to] of read(path).matchAll(/ from "(\.[^"]+)"|^import "(\.[^"]+)"/gm))
        if (to !== undefined) visit(join(path, "..", to));
    };
    visit(`dist/runtime/esm/${entry}.js`);
    expect(reached.size).toBeLessThanOrEqual(most);
  });

  it.each(["index", "node", "database"])(
    "runs nothing when %s is loaded that a bundler has to keep",
    async (entry) => {
      const copy = join(folder, "unmarked"); // where no package.json says that there are no side effects
      cpSync(join(root, "dist/runtime/esm"), copy, { recursive: true });
      const { outputFiles } = await build({
        stdin: { contents: `import "./${entry}.js";`, resolveDir: copy },
        bundle: true,
        minify: true,
        format: "esm",
        platform: "node",
        write: false,
      });
      expect(outputFiles[0]!.text.replace(/import(\*as \w+ from)?"node:[\w/]+";/g, "").trim()).toBe("");
    },
  );

  it.each(["esm", "cjs"])("the declarations (%s) bring the types of what can be disposed of", (format) => {
    const program = ts.createProgram([join(root, `dist/runtime/${format}/index.d.ts`)], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: [],
      noEmit: true,
    });
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(messages).toEqual([]);
    expect(read(`dist/runtime/${format}/index.d.ts`)).toMatch(
      /^ \* Acquires a resource in a function annotated[^]{1,2000}\n \*\/\ndeclare const raii: Raii;$/m,
    );
  });

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
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(exports));
    // node10 has no `exports`; whoever resolves so cannot load ts-patch plugins by subpath either.
    expect(analysis.problems.filter(({ resolutionKind }) => resolutionKind !== "node10")).toEqual([]);
  });

  it("has no dependencies, no install scripts, no side effects", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, any>;
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.sideEffects).toBe(false);
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
    const peers = Object.keys(manifest.peerDependencies);
    expect(peers).toContain("typescript");
    expect(manifest.peerDependenciesMeta).toEqual(
      Object.fromEntries(peers.map((name) => [name, { optional: true }])),
    );
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
  it("adds at most 1.7 kB, minified and gzipped, to a bundle with one emitted synchronous function", () => {
    mkdirSync(join(root, ".tmp/size"), { recursive: true });
    const file = join(root, ".tmp/size/copy.mjs");
    const source = `import { raii } from "ts-raii";
      export function copy(from, to) { "use raii"; const a = raii(from); for (const each of to) { raii(each); } return a; }`;
    writeFileSync(file, compile(source, { compilerOptions: { module: ts.ModuleKind.ESNext } }).code);
    const { all, code } = measureSize(file);
    expect(all - code).toBeLessThanOrEqual(1700);
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
