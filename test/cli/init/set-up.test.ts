import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Files, makePackage } from "./make-package.ts";
import { filesIn, installed, run, viteFiles } from "./run.ts";

describe("a package is set up", () => {
  const cases: Readonly<
    Record<string, { readonly files: Files; readonly after: Readonly<Record<string, string>> }>
  > = {
    "by tspc": {
      files: {
        "package.json":
          '{\n\t"scripts": {\n\t\t"build": "tsc -p . && echo \\"done\\"",\n\t\t"types": "tsc --noEmit"\n\t}\n}\n',
        "tsconfig.json": "{}\n",
      },
      after: {
        "package.json":
          '{\n\t"scripts": {\n\t\t"build": "tspc -p . && echo \\"done\\"",\n\t\t"types": "tsc --noEmit"\n\t}\n}\n',
        "tsconfig.json":
          '{ "compilerOptions": { "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }] } }\n',
      },
    },
    "in its scripts": {
      files: {
        "package.json":
          '{ "scripts": { "a": "echo \\"x\\" && node --watch app.ts", "b": "NODE_ENV=x tsx app.ts", "c": "node --import tsx app.ts", "d": "node dist/app.js", "e": "node --import ts-raii/register app.ts", "f": "deno run -A app.ts" } }',
      },
      after: {
        "package.json":
          '{ "scripts": { "a": "echo \\"x\\" && node --import ts-raii/register --watch app.ts", "b": "NODE_ENV=x node --import ts-raii/register --import tsx app.ts", "c": "node --import ts-raii/register --import tsx app.ts", "d": "node dist/app.js", "e": "node --import ts-raii/register app.ts", "f": "deno run --preload npm:ts-raii/register -A app.ts" } }',
      },
    },
    "by bunfig.toml": {
      files: { "package.json": { scripts: { start: "bun src/app.ts" } } },
      after: { "bunfig.toml": 'preload = ["ts-raii/register"]\n' },
    },
    "by the compiler of ts-node": {
      files: {
        "package.json": { scripts: { start: "ts-node app.ts" } },
        "tsconfig.json": '{\n  "include": ["."]\n}\n',
      },
      after: {
        "tsconfig.json":
          '{\n  "compilerOptions": { "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }] },\n  "ts-node": { "compiler": "ts-patch/compiler" },\n  "include": ["."]\n}\n',
      },
    },
    "by a configuration that is made": {
      files: { "package.json": { scripts: { build: "vite build" } } },
      after: {
        "vite.config.ts":
          'import { defineConfig } from "vite";\nimport raii from "ts-raii/vite";\n\nexport default defineConfig({ plugins: [raii()] });\n',
      },
    },
    "by vite.config.ts, which vitest.config.ts merges": {
      files: {
        "package.json": { scripts: { test: "vitest" } },
        "vite.config.ts": "export default {};\n",
        "vitest.config.ts":
          'import { mergeConfig } from "vitest/config";\nimport viteConfig from "./vite.config";\nexport default mergeConfig(viteConfig, { test: {} });\n',
      },
      after: {
        "vite.config.ts": 'import raii from "ts-raii/vite";\n\nexport default { plugins: [raii()] };\n',
        "vitest.config.ts":
          'import { mergeConfig } from "vitest/config";\nimport viteConfig from "./vite.config";\nexport default mergeConfig(viteConfig, { test: {} });\n',
      },
    },
    "with the tsconfig.json that its tsconfig.json references": {
      files: {
        "package.json": {},
        "vite.config.ts": 'import raii from "ts-raii/vite";\nexport default { plugins: [raii()] };\n',
        "tsconfig.json":
          '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tsconfig.node.json" }] }\n',
        "tsconfig.app.json": '{ "compilerOptions": { "plugins": [{ "name": "next" }] } }\n',
        "tsconfig.node.json": "{}\n",
      },
      after: {
        "tsconfig.app.json":
          '{ "compilerOptions": { "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }, { "name": "next" }] } }\n',
        "tsconfig.node.json": "{}\n",
      },
    },
    "with what its tsconfig.json leads to by way of others": {
      files: {
        "package.json": {},
        "vite.config.ts": 'import raii from "ts-raii/vite";\nexport default { plugins: [raii()] };\n',
        "tsconfig.json": '{ "files": [], "references": [{ "path": "./packages/a" }, { "path": "." }] }\n',
        "packages/a/tsconfig.json":
          '{ "files": [], "references": [{ "path": "./tsconfig.lib.json" }, { "path": "../.." }] }\n',
        "packages/a/tsconfig.lib.json": "{}\n",
      },
      after: {
        "packages/a/tsconfig.json":
          '{ "files": [], "references": [{ "path": "./tsconfig.lib.json" }, { "path": "../.." }] }\n',
        "packages/a/tsconfig.lib.json":
          '{ "compilerOptions": { "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }] } }\n',
      },
    },
    "with the settings of VS Code": {
      files: {
        "package.json": {},
        ".vscode/settings.json": '{\n    // mine\n    "editor.tabSize": 4,\n}\n',
      },
      after: {
        ".vscode/settings.json":
          '{\n    "typescript.tsdk": "node_modules/typescript/lib",\n    "typescript.enablePromptUseWorkspaceTsdk": true,\n    // mine\n    "editor.tabSize": 4,\n}\n',
      },
    },
  };

  it.each(Object.keys(cases))("%s", async (name) => {
    const { files, after } = cases[name]!;
    const folder = makePackage({ ...files, ...installed });
    await run(folder, "--yes", "--no-install");
    const found = Object.keys(after).map((path) => [path, readFileSync(join(folder, path), "utf8")]);
    expect(Object.fromEntries(found)).toEqual(after);
    const once = filesIn(folder);
    await run(folder, "--yes", "--no-install");
    expect(filesIn(folder)).toEqual(once);
  });

  it.each([
    ["npx tsx app.ts", "npx tsx app.ts"],
    ["tsx watch app.ts", "tsx watch app.ts"],
    ["node -r @swc-node/register app.ts", "node --require ts-raii/register -r @swc-node/register app.ts"],
    [
      "node --require ts-node/register/transpile-only app.ts",
      "node --require ts-raii/register --require ts-node/register/transpile-only app.ts",
    ],
  ])("the script %s becomes %s", async (script, expected) => {
    const folder = makePackage({ "package.json": { scripts: { start: script } } });
    const { output } = await run(folder, "--yes", "--no-install");
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      scripts: { start: string };
    };
    expect(scripts.start).toBe(expected);
    if (script === expected) expect(output).toContain("node --import ts-raii/register --import tsx app.ts");
  });

  it("writes .vscode/settings.json where it is asked for, and not otherwise", async () => {
    const folder = makePackage(viteFiles);
    const { output } = await run(folder, "--yes");
    expect(existsSync(join(folder, ".vscode"))).toBe(false);
    expect(output).toContain("--vscode");
    await run(folder, "--yes", "--vscode");
    expect(JSON.parse(readFileSync(join(folder, ".vscode/settings.json"), "utf8"))).toEqual({
      "typescript.tsdk": "node_modules/typescript/lib",
      "typescript.enablePromptUseWorkspaceTsdk": true,
    });
  });
});

describe("a package of a workspace that Nx builds by its plugin for TypeScript", () => {
  const nx = '{ "plugins": [{ "plugin": "@nx/js/typescript", "options": {} }] }\n';
  const set = '{ "plugins": [{ "plugin": "@nx/js/typescript", "options": { "compiler": "tspc" } }] }\n';
  const workspace: Files = {
    "package.json": { workspaces: ["packages/*"] },
    "nx.json": nx,
    "packages/a/package.json": {},
    "packages/a/tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.lib.json" }] }\n',
    "node_modules/typescript/package.json": { name: "typescript", version: "6.0.3" },
  };

  it("is built by tspc", async () => {
    const root = makePackage({ ...workspace, "packages/a/tsconfig.lib.json": "{}\n" });
    const { output } = await run(join(root, "packages/a"), "--yes", "--no-install");
    expect(readFileSync(join(root, "nx.json"), "utf8")).toBe(set);
    expect(readFileSync(join(root, "packages/a/tsconfig.lib.json"), "utf8")).toContain("ts-raii/transformer");
    expect(output).toContain("npm install --save-dev ts-patch@");
    const once = filesIn(root);
    await run(join(root, "packages/a"), "--yes", "--no-install");
    expect(filesIn(root)).toEqual(once);
  });

  it("is another package where it has no tsconfig.lib.json: Nx does not build it by that", async () => {
    const root = makePackage(workspace);
    await run(join(root, "packages/a"), "--yes", "--no-install");
    expect(readFileSync(join(root, "nx.json"), "utf8")).toBe(nx);
  });
});

describe("a tsconfig.json that is generated", () => {
  const references = '{ "files": [], "references": [{ "path": "./.made/tsconfig.app.json" }] }\n';
  const files = { "package.json": {}, "tsconfig.json": references, ".made/tsconfig.app.json": "{}\n" };

  it("is left alone; the note says what to add by its generator", async () => {
    const folder = makePackage({ ...files, "vite.config.ts": "export default {};\n" });
    const { output } = await run(folder, "--yes", "--no-install");
    expect(output).toMatch(/Note: \.made\/tsconfig\.app\.json is generated\. .* "ts-raii\/transformer"/);
    expect(readFileSync(join(folder, ".made/tsconfig.app.json"), "utf8")).toBe("{}\n");
  });

  it("is no matter under Nuxt, whose module adds the entry, also where nothing is generated yet", async () => {
    const config = { "nuxt.config.ts": "export default defineNuxtConfig({});\n" };
    for (const given of [files, { "package.json": {}, "tsconfig.json": references }]) {
      const folder = makePackage({ ...given, ...config });
      const { output } = await run(folder, "--yes", "--no-install");
      expect(output).not.toMatch(/tsconfig/);
    }
  });
});
