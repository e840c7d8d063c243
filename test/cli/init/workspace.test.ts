import fs, { readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { membersOf } from "../../../cli/project/workspace.ts";
import { readManifest } from "../../../toolchain/manifest.ts";
import { type Files, makePackage } from "./make-package.ts";
import { filesIn, installed, run } from "./run.ts";

const members: Files = {
  "packages/a/package.json": { name: "a", scripts: { build: "vite build" } },
  "packages/b/package.json": { name: "b", scripts: { build: "tsc" } },
  "packages/b/tsconfig.json": "{}\n",
  "packages/c/package.json": { name: "c" },
  "packages/node_modules/d/package.json": { name: "d", scripts: { build: "vite build" } },
  "packages/.hidden/package.json": { name: "hidden", scripts: { build: "vite build" } },
  "packages/empty/readme.md": "",
  "tools/e/f/package.json": { name: "f", scripts: { start: "tsx app.ts" } },
};

describe("the members of a workspace", () => {
  const namesIn = (files: Files): readonly (string | undefined)[] =>
    membersOf(
      readManifest(join(makePackage({ "package.json": {}, ...members, ...files }), "package.json"))!,
    ).map(({ json }) => json.name);

  it.each<[string, Files, readonly string[]]>([
    ["a list", { "package.json": { workspaces: ["packages/*"] } }, ["a", "b", "c"]],
    ["paths", { "package.json": { workspaces: ["./packages/a/", "packages/c"] } }, ["a", "c"]],
    ["Yarn's object", { "package.json": { workspaces: { packages: ["packages/{a,b}"] } } }, ["a", "b"]],
    ["any depth", { "package.json": { workspaces: ["tools/**"] } }, ["f"]],
    ["two folders deep", { "package.json": { workspaces: ["tools/*/*", "*/a"] } }, ["a", "f"]],
    ["what is no folder", { "package.json": { workspaces: ["no/*", "packages/empty/readme.md/**"] } }, []],
    ["without some", { "package.json": { workspaces: ["packages/*", "!packages/b"] } }, ["a", "c"]],
    [
      "pnpm-workspace.yaml",
      {
        "pnpm-workspace.yaml":
          "packages:\n  # all\n  - 'packages/*' # of them\n\n  - \"!**/c\"\n  - tools/e/f\ncatalog:\n  - x\n",
      },
      ["a", "b", "f"],
    ],
    [
      "pnpm-workspace.yaml in one line",
      { "pnpm-workspace.yaml": "packages: ['packages/a', \"packages/b\"]\n" },
      ["a", "b"],
    ],
    [
      "pnpm-workspace.yaml without packages",
      { "pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - esbuild\n" },
      [],
    ],
    ["none", {}, []],
  ])("%s", (_, files, expected) => {
    expect(namesIn(files)).toEqual(expected);
  });

  it("are looked for where patterns lead, past what cannot be read", () => {
    const read = vi.spyOn(fs, "readdirSync").mockImplementation((path) => {
      throw new Error(`EACCES: ${String(path)}`);
    });
    syncBuiltinESMExports();
    try {
      expect(namesIn({ "package.json": { workspaces: ["packages/*", "packages/c", "tools/**"] } })).toEqual([
        "c",
      ]);
      expect(read.mock.calls.map(([path]) => basename(String(path)))).toEqual(["packages", "tools"]);
    } finally {
      read.mockRestore();
      syncBuiltinESMExports();
    }
  });
});

describe("init at the root of a workspace", () => {
  const workspace: Files = {
    "package.json": { private: true, workspaces: ["packages/*", "tools/**"] },
    "package-lock.json": "{}",
    ...members,
    ...installed,
  };

  it("sets up each member that uses a host, and the second time changes nothing", async () => {
    const root = makePackage(workspace);
    const { code, output } = await run(root, "--yes", "--no-install");
    expect(code).toBe(1); // ts-raii is still to be installed
    expect(output).toContain("packages/a/package.json is built or run by: Vite.");
    expect(output).toContain("packages/b/package.json is built or run by: TypeScript.");
    expect(output).toContain("tools/e/f/package.json is built or run by: tsx.");
    expect(output).not.toContain("packages/c/package.json");
    expect(output.match(/^Note: In VS Code/gm)).toHaveLength(1);
    expect(output.match(/^ {2}\(cd .*\)$/gm)).toEqual([
      "  (cd packages/a && npm install ts-raii)",
      "  (cd packages/b && npm install ts-raii)",
      "  (cd tools/e/f && npm install ts-raii)",
    ]);
    const read = (path: string): string => readFileSync(join(root, path), "utf8");
    expect(read("packages/a/vite.config.ts")).toContain("ts-raii/vite");
    expect(read("packages/b/package.json")).toContain('"build": "tspc"');
    expect(read("packages/b/tsconfig.json")).toContain("ts-raii/transformer");
    expect(read("tools/e/f/package.json")).toContain("--import ts-raii/register");
    const after = filesIn(root);
    const again = await run(root, "--yes", "--no-install");
    expect(filesIn(root)).toEqual(after);
    expect(again.output).not.toContain("+++");
  });

  it("shows the change of each before it asks, and makes none without a terminal", async () => {
    const root = makePackage(workspace);
    const before = filesIn(root);
    const { code, output } = await run(root);
    expect([code, filesIn(root)]).toEqual([1, before]);
    expect(output.match(/^\+\+\+ .*$/gm)).toEqual([
      "+++ packages/a/vite.config.ts",
      "+++ packages/b/package.json",
      "+++ packages/b/tsconfig.json",
      "+++ tools/e/f/package.json",
    ]);
  });

  it("leaves the scripts of tools at the root alone, and sets the root up where it has a host itself", async () => {
    const root = makePackage({
      ...workspace,
      "package.json": {
        workspaces: ["packages/c"],
        scripts: { start: "node scripts/start.js", test: "vitest" },
      },
      "scripts/start.js": "",
    });
    const { output } = await run(root, "--yes", "--no-install");
    expect(output).toContain("Built or run by: Vitest.");
    expect(readFileSync(join(root, "package.json"), "utf8")).toContain("node scripts/start.js");
  });

  it("in a member sets up that member alone", async () => {
    const root = makePackage(workspace);
    const { output } = await run(join(root, "packages/a"), "--yes", "--no-install");
    expect(output).toContain("Built or run by: Vite.");
    expect(output).toContain("Still to run: npm install ts-raii\n");
    expect(readFileSync(join(root, "packages/b/package.json"), "utf8")).not.toContain("tspc");
  });
});

it("JavaScript that Node runs, and nothing compiles, is started with the loader", async () => {
  const folder = makePackage({
    "package.json": { scripts: { start: "node src/app.js", lint: "node lint.js", dev: "node dist/app.js" } },
    "src/app.js": "",
    "lint.js": "",
    ...installed,
  });
  const { output } = await run(folder, "--yes", "--no-install");
  expect(output).toContain("Built or run by: Node.");
  expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toEqual({
    scripts: {
      start: "node --import ts-raii/register src/app.js",
      lint: "node lint.js",
      dev: "node dist/app.js",
    },
  });
});
