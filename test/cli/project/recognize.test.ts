import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { recognizeHosts } from "../../../cli/project/recognize.ts";
import { commandsOf } from "../../../cli/project/script-commands.ts";
import { emitsJavaScript } from "../../../cli/project/tsconfig-files.ts";
import { readManifest } from "../../../toolchain/manifest.ts";
import { fixtures, readHost, selectedHosts } from "../../hosts/harness/fixture.ts";

/** What each fixture is to be recognized as, where that is not its family. */
const names: Readonly<Record<string, string>> = {
  bun: "bun-build",
  "bun-run": "bun",
  "rollup-typescript": "rollup-plugin-typescript",
  "rollup-typescript2": "rollup-plugin-typescript2",
  "swc-node": "node",
  "swc-node-commonjs": "node",
  "swc-register": "node",
  "ts-loader": "ts-loader",
  tsdown: "tsdown",
  tsup: "tsup",
  "ts-node": "ts-node",
  "ts-node-register": "ts-node-transpile-only",
  "node-20": "tspc",
  astro: "astro",
  next: "next",
  nuxt: "nuxt",
  nx: "nx",
  sveltekit: "vite",
  vue: "vite",
  "typescript-7": "esbuild",
  "typescript-7-tspc": "tspc",
};

/** Writes files into a new folder. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "recognize-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const hostsIn = (files: Readonly<Record<string, string>>, manifest: object): Record<string, string> => {
  const folder = folderOf({ ...files, "package.json": JSON.stringify(manifest) });
  const found = recognizeHosts(readManifest(join(folder, "package.json"))!);
  return Object.fromEntries(found.map(({ host, by }) => [host.name, by]));
};

describe("the hosts of a package", () => {
  it.each(selectedHosts().map(({ name }) => name))("%s is recognized in its fixture", (name) => {
    const { modes, family } = readHost(name);
    const manifest = readManifest(join(fixtures, name, "package.json"))!;
    const scripts = Object.fromEntries(
      modes.map((mode) => [mode.name, ("watch" in mode ? [mode.watch] : mode.run).join(" && ")]),
    );
    const found = recognizeHosts({ ...manifest, json: { ...manifest.json, scripts } })
      .filter(({ by }) => by !== "dependency")
      .map(({ host }) => host.name);
    expect(found).toContain(names[name] ?? family);
  });

  it("are those with a configuration and those that a script starts; a dependency alone is told apart", () => {
    expect(
      hostsIn(
        { "vite.config.mts": "export default {};" },
        { scripts: { test: "vitest run" }, devDependencies: { webpack: "5" } },
      ),
    ).toEqual({ vite: "configuration", webpack: "dependency" });
    expect(hostsIn({}, { scripts: { test: "vitest run" } })).toEqual({ vitest: "script" });
    const both = { scripts: { test: "vitest" }, devDependencies: { vite: "^8.0.0" } };
    expect(hostsIn({}, both)).toEqual({ vite: "dependency", vitest: "script" });
    // It reads that of Vite where it has none.
    expect(hostsIn({ "vite.config.ts": "" }, both)).toEqual({ vite: "configuration" });
    expect(hostsIn({}, { scripts: { start: "node dist/main.js" } })).toEqual({});
  });

  it("have one configuration that several may read: what is in it decides", () => {
    const ofLoader = "module.exports = { module: { rules: [{ use: 'ts-loader' }] } };";
    // What a script starts is the same host.
    for (const manifest of [{}, { scripts: { build: "webpack" }, devDependencies: { webpack: "^5.0.0" } }])
      expect(hostsIn({ "webpack.config.js": ofLoader }, manifest)).toEqual({ "ts-loader": "configuration" });
    const ofPlugin = 'import typescript from "@rollup/plugin-typescript"; export default {};';
    expect(hostsIn({ "rollup.config.js": ofPlugin }, { scripts: { build: "rollup -c" } })).toEqual({
      "rollup-plugin-typescript": "configuration",
    });
    expect(hostsIn({ "webpack.config.js": "module.exports = {};" }, {})).toEqual({
      webpack: "configuration",
    });
    expect(hostsIn({ "build.mjs": 'import { build } from "esbuild";' }, {})).toEqual({
      esbuild: "configuration",
    });
    expect(hostsIn({ "build.mjs": "" }, {})).toEqual({});
  });

  it("include a build that a script starts from another folder", () => {
    expect(
      hostsIn(
        { "tools/bundle.js": 'require("esbuild").build({})' },
        {
          scripts: { build: "node tools/bundle.js --production" },
        },
      ),
    ).toEqual({ esbuild: "configuration" });
  });
});

describe("a command tsc", () => {
  const emits = (command: string, files: Readonly<Record<string, object>>): boolean => {
    const texts = Object.entries(files).map(([path, json]) => [path, JSON.stringify(json)]);
    return emitsJavaScript(commandsOf(command)[0]!, folderOf(Object.fromEntries(texts)));
  };

  it.each([
    ["tsc", { "tsconfig.json": {} }, true],
    ["tsc --noEmit", { "tsconfig.json": {} }, false],
    ["tsc --emitDeclarationOnly", { "tsconfig.json": {} }, false],
    ["tsc", { "tsconfig.json": { compilerOptions: { noEmit: true } } }, false],
    ["tsc --noEmit false", { "tsconfig.json": { compilerOptions: { noEmit: true } } }, true],
    [
      "tsc",
      { "tsconfig.json": { extends: "./base" }, "base.json": { compilerOptions: { noEmit: true } } },
      false,
    ],
    [
      "tsc -b",
      {
        "tsconfig.json": { files: [], references: [{ path: "./tsconfig.app.json" }] },
        "tsconfig.app.json": { compilerOptions: { noEmit: true } },
      },
      false,
    ],
    [
      "tsc -b",
      {
        "tsconfig.json": { files: [], references: [{ path: "./app" }] },
        "app/tsconfig.json": { compilerOptions: { composite: true } },
      },
      true,
    ],
    ["tsc -p build", { "build/tsconfig.json": { compilerOptions: { noEmit: true } } }, false],
  ])("%s with %j emits: %s", (command, files, expected) => {
    expect(emits(command, files)).toBe(expected);
  });
});

describe("the commands of a script", () => {
  it.each([
    ["tsc && vite build", ["tsc", "vite"]],
    ["npx tsc -p . ; node dist/main.js", ["tsc", "node"]],
    ["NODE_ENV=production webpack", ["webpack"]],
    ['NODE_OPTIONS="--import ts-raii/register" tsx app.ts', ["tsx"]],
    ['concurrently "tsc -w" "node ."', ["concurrently", "tsc"]],
    ["node_modules/.bin/tsc", ["tsc"]],
  ])("%s", (script, expected) => {
    const found = commandsOf(script);
    expect(found.map(({ program }) => program)).toEqual(expected);
    for (const { at, end, program } of found) expect(script.slice(at, end)).toContain(program);
  });
});
