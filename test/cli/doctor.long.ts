import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { checkConfig } from "../../cli/doctor/check-config.ts";
import { checkHosts } from "../../cli/doctor/check-hosts.ts";
import { checkScripts } from "../../cli/doctor/check-scripts.ts";
import { checkToolchain } from "../../cli/doctor/check-toolchain.ts";
import type { Patient } from "../../cli/doctor/diagnosis.ts";
import { examine } from "../../cli/doctor/examine.ts";
import { expectFile } from "../harness/expect-file.ts";
import { type Toolchain, toolchains } from "../package/consumer.ts";
import { copyProject, link, makeHome, type Outcome, runCli, writeFiles } from "./run-cli.ts";

const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "fixtures/cli");

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

function examineProject(folder: string): Patient {
  return examine(folder, join(folder, "tsconfig.json"));
}

function checksOf({ stdout }: Outcome): Check[] {
  return (JSON.parse(stdout) as { checks: Check[] }).checks;
}

function probesOf(folder: string): Check[] {
  return checksOf(runCli(folder, ["doctor", "--format", "json"])).filter(({ id }) => id === "probe");
}

const plugin = { transform: "ts-raii/transformer" };
const compilerOptions = { target: "es2022", module: "nodenext", types: [], rootDir: "src", outDir: "dist" };
const healthy = {
  "package.json": {
    type: "module",
    dependencies: { "ts-raii": "^0.4.0" },
    scripts: { build: "tspc -p .", types: "tsc --noEmit" },
  },
  "tsconfig.json": { compilerOptions: { ...compilerOptions, plugins: [plugin] }, include: ["src"] },
  "src/main.ts": "export {};\n",
};

/** A project in which all is well, but for what is given. */
function project(home: string, name: string, changes: Record<string, unknown> = {}): string {
  return writeFiles(join(home, name), { ...healthy, ...changes });
}

/** The same, with other compiler options. */
function configured(home: string, name: string, options: object): string {
  const config = { compilerOptions: { ...compilerOptions, plugins: [plugin], ...options }, include: ["src"] };
  return project(home, name, { "tsconfig.json": config });
}

describe.each(Object.keys(toolchains) as Toolchain[])("ts-raii doctor, %s", (toolchain) => {
  let home: string;
  beforeAll(() => {
    home = makeHome("doctor", toolchain);
  });
  it("says that all is well", () => {
    const { status, stdout, stderr } = runCli(project(home, "healthy"), ["doctor"]);
    const [typescript, tsPatch] = toolchain.includes("5.9") ? ["5.9.3", "3.3.0"] : ["6.0.3", "4.0.1"];
    expect(stdout).toBe(`ts-raii doctor: tsconfig.json

ok       TypeScript ${typescript}
ok       ts-patch ${tsPatch}
ok       ts-raii 0.4.0, under dependencies
ok       tsconfig.json has the plugin
ok       package.json builds with tspc
ok       A probe compiled with tsconfig.json by ts-patch (TypeScript ${typescript}) has no raii() left: the plugin is active

The plugin is active.
`);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.each([
    [
      "CommonJS",
      { module: "commonjs", moduleResolution: "bundler", emitDeclarationOnly: true, declaration: true },
    ],
    [
      "inline",
      { plugins: [{ ...plugin, lowering: "inline" }], noEmit: true, allowImportingTsExtensions: true },
    ],
    [
      "ES modules",
      {
        module: "esnext",
        moduleResolution: "bundler",
        incremental: true,
        jsx: "preserve",
        noEmitOnError: true,
      },
    ],
  ])("compiles the probe whatever the options: %s", (name, options) => {
    const folder = configured(home, name.replaceAll(/\W+/g, "-"), options);
    expect(probesOf(folder)).toMatchObject([{ status: "ok" }]);
  });

  it("finds the plugin that tsconfig.json inherits, and probes each of the projects it references", () => {
    const { status, stdout } = runCli(copyProject(home, "references"), ["doctor", "--format", "json"]);
    expect(status).toBe(0);
    const { isActive, checks } = JSON.parse(stdout) as { isActive: boolean; checks: Check[] };
    expect(isActive).toBe(true);
    const messages = (id: string): string[] =>
      checks.filter((each) => each.id === id).map(({ message }) => message);
    expect(messages("plugin")).toEqual([
      "lib/tsconfig.json has the plugin",
      "app/tsconfig.json has the plugin",
    ]);
    expect(messages("probe")).toHaveLength(2);
    expect(messages("emit")).toEqual([
      "lib/tsconfig.json builds incrementally",
      "app/tsconfig.json builds incrementally",
    ]);
  });

  it("says what is wrong in package.json, tsconfig.json, and of the tools in use", () => {
    const folder = copyProject(home, "ill");
    const { status, stdout } = runCli(folder, ["doctor"]);
    expectFile(join(fixtures, "ill/expect.txt"), stdout.replace(/\d+\.\d+\.\d+/g, "x.y.z"));
    expect(status).toBe(1);
  });
});

describe("ts-raii doctor", () => {
  let home: string;
  beforeAll(() => {
    home = makeHome("doctor-cases", "TypeScript 6, ts-patch 4");
  });

  it.each([
    ["missing", [], "tsconfig.json does not have the plugin, nor inherits it."],
    [
      "editor",
      [{ name: "ts-raii" }],
      'tsconfig.json has the plugin for the editor only: its entry has no "transform".',
    ],
    ["twice", [plugin, plugin], "tsconfig.json has the plugin 2 times."],
    ["after", [{ ...plugin, after: true }], 'tsconfig.json has "after" in the plugin\'s entry.'],
    ["import", [{ ...plugin, import: "x" }], 'tsconfig.json has "import" in the plugin\'s entry.'],
    [
      "option",
      [{ ...plugin, lowering: "both" }],
      'tsconfig.json: The plugin option "lowering" must be "program" or "inline"; it is "both".',
    ],
  ])("the entry of the plugin: %s", (name, plugins, message) => {
    const folder = configured(home, `entry-${name}`, { plugins });
    expect(checkConfig(examineProject(folder))).toMatchObject([{ status: "problem", message }]);
  });

  it("a compiler that ignores the plugin", () => {
    const folder = project(home, "deaf", {
      "node_modules/ts-patch/package.json": { name: "ts-patch", version: "4.0.1" },
      "node_modules/ts-patch/compiler/index.js": 'module.exports = require("typescript");',
    });
    const { status, stdout } = runCli(folder, ["doctor"]);
    expect(stdout).toContain(
      "problem  A probe compiled with tsconfig.json by ts-patch still calls raii(): the plugin is not active.\n",
    );
    expect(stdout).toContain("\nThe plugin is not active. 1 problem.\n");
    expect(status).toBe(1);
  });

  it("a compiler that fails: another plugin is not there", () => {
    const folder = configured(home, "failing", { plugins: [plugin, { transform: "not-there" }] });
    const [probe] = probesOf(folder);
    expect(probe!.status).toBe("problem");
    expect(probe!.message).toMatch(/^The compiler of ts-patch fails with tsconfig\.json: Error: .*not-there/);
  });

  it("a ts-patch that is for another TypeScript", () => {
    const folder = project(home, "pair");
    link(join(root, "node_modules/typescript-5"), join(folder, "node_modules/typescript"));
    expect(checkToolchain(examineProject(folder))).toMatchObject([
      { id: "typescript", status: "ok" },
      {
        status: "warning",
        message: "ts-patch 4.0.1 is not the one for TypeScript 5.9.3.",
        advice: "npm install --save-dev ts-patch@3.3",
      },
    ]);
  });

  it("a tsc that is TypeScript 7, linked or started by a script", () => {
    const seven = {
      "node_modules/@typescript/native/package.json": {
        name: "typescript",
        version: "7.0.2",
        bin: { tsc: "bin/tsc" },
      },
      "node_modules/@typescript/native/bin/tsc": "",
    };
    const linked = project(home, "tsc-linked", { ...seven, "node_modules/.bin/other": "" });
    symlinkSync("../@typescript/native/bin/tsc", join(linked, "node_modules/.bin/tsc"));
    const started = project(home, "tsc-started", {
      ...seven,
      "node_modules/.bin/tsc": '#!/bin/sh\nexec node "$basedir/../@typescript/native/bin/tsc" "$@"\n',
    });
    for (const folder of [linked, started])
      expect(checkToolchain(examineProject(folder)).filter(({ id }) => id === "tsc")).toMatchObject([
        {
          status: "ok",
          message: "The command tsc is TypeScript 7.0.2, which ignores the plugin in silence.",
        },
      ]);
  });

  it.each([
    ["tsc", "problem"],
    ["npx tsc -b && node dist/main.js", "problem"],
    ["NODE_ENV=production node_modules/.bin/tsc --noEmit false", "problem"],
    ['concurrently "tsc -w" "node --watch dist/main.js"', "problem"],
    ["node ./node_modules/typescript/bin/tsc -p .", "problem"],
    ["tsgo", "problem"],
    ["tspc", "ok"],
    ["rimraf dist; pnpm exec tspc -b", "ok"],
    ["ts-patch install && tsc", "ok"],
    ["tsc --noEmit", "warning"],
    ["tsc -p other.json", "warning"],
    ["npm run tsc", "warning"],
  ])("the script %s: %s", (script, status) => {
    const folder = project(home, "scripts", {
      "package.json": { type: "module", dependencies: { "ts-raii": "*" }, scripts: { build: script } },
      "other.json": { compilerOptions, include: ["src"] },
    });
    expect(checkScripts(examineProject(folder))).toMatchObject([{ status }]);
  });

  it.each([
    ["vite", { devDependencies: { vite: "*" } }, {}],
    ["esbuild", { scripts: { bundle: "esbuild src/main.ts --bundle" } }, {}],
    ["tsx", { scripts: { start: "tsx src/main.ts" } }, {}],
    ["bun", { scripts: { test: "bun test" } }, {}],
    ["swc", { scripts: { build: "swc src -d dist" } }, {}],
    ["babel", { scripts: { build: "babel src --out-dir dist" } }, {}],
    ["jest", { devDependencies: { jest: "*" } }, {}],
    ["ts-node", { scripts: { start: "node -r ts-node/register src/main.js" } }, {}],
    ["ts-loader", {}, { "webpack.config.cjs": "module.exports = { loader: 'ts-loader' };" }],
  ])("the host %s, which is not set up, and what to write", async (host, manifest, files) => {
    const folder = project(home, `host-${host}`, {
      "package.json": { type: "module", dependencies: { "ts-raii": "*" }, ...manifest },
      ...files,
    });
    const found = await checkHosts(examineProject(folder));
    expect(found).toMatchObject([{ id: `host:${host}`, status: "warning" }]);
    expect(found[0]!.advice).toMatch(/ts-raii\/\w+|ts-patch\/compiler|what tspc writes/);
  });

  it.each([
    ["esbuild", { "build.mjs": 'import * as esbuild from "esbuild"; import raii from "ts-raii/esbuild";' }],
    ["bun", { "bunfig.toml": 'preload = ["ts-raii/register"]' }],
    ["ts-loader", { "webpack.config.cjs": 'require("ts-raii/transformer"); // ts-loader' }],
  ])("the host %s, set up", (host, files) => {
    const folder = project(home, `host-${host}-set-up`, {
      "package.json": { type: "module", dependencies: { "ts-raii": "*" }, scripts: { test: "bun test" } },
      ...files,
    });
    const found = checksOf(runCli(folder, ["doctor", "--format", "json"])).filter(
      ({ id }) => id === `host:${host}`,
    );
    expect(found).toMatchObject([{ status: "ok" }]);
  });

  it("ts-node with the compiler of ts-patch", async () => {
    const folder = project(home, "host-ts-node-set-up", {
      "package.json": {
        type: "module",
        dependencies: { "ts-raii": "*" },
        scripts: { start: "ts-node src/main.ts" },
      },
      "tsconfig.json": {
        compilerOptions: { ...compilerOptions, plugins: [plugin] },
        "ts-node": { compiler: "ts-patch/compiler" },
        include: ["src"],
      },
    });
    expect(await checkHosts(examineProject(folder))).toMatchObject([{ id: "host:ts-node", status: "ok" }]);
  });

  it("a bundler needs no ts-patch, and is content with TypeScript 6 beside version 7", () => {
    const away = mkdtempSync(join(tmpdir(), "ts-raii-"));
    try {
      const folder = project(away, "seven", {
        "package.json": { dependencies: { "ts-raii": "*" }, scripts: { build: "webpack" } },
        "webpack.config.mjs": 'import raii from "ts-raii/webpack";',
        "node_modules/typescript/package.json": {
          name: "typescript",
          version: "7.0.2",
          exports: { "./package.json": "./package.json" },
        },
      });
      link(root, join(folder, "node_modules/ts-raii"));
      const alone = runCli(folder, ["doctor"]);
      expect(alone.stdout).toContain(
        "problem  TypeScript 7.0.2 has no API to compile raii with, and no TypeScript 6 is beside it.\n" +
          "         npm install --save-dev @typescript/typescript6\n",
      );
      expect(alone.status).toBe(1);
      link(join(root, "node_modules/typescript"), join(folder, "node_modules/@typescript/typescript6"));
      const { status, stdout } = runCli(folder, ["doctor"]);
      expect(stdout).toContain(
        "ok       TypeScript 6.0.3, which stands beside version 7.0.2, compiles raii\n",
      );
      expect(stdout).not.toContain("ts-patch");
      expect(status).toBe(0);
    } finally {
      rmSync(away, { recursive: true });
    }
  });

  it("ts-patch 3.3 with TypeScript 6, which npm installs on Node 20", () => {
    const folder = project(home, "pair-of-node-20");
    link(join(root, "node_modules/ts-patch-3"), join(folder, "node_modules/ts-patch"));
    expect(checkToolchain(examineProject(folder))).toMatchObject([
      { id: "typescript", status: "ok" },
      { id: "ts-patch", status: "ok", message: "ts-patch 3.3.0" },
    ]);
    expect(probesOf(folder)).toMatchObject([{ status: "ok" }]);
  });

  it("without TypeScript and ts-patch, and with TypeScript 7 alone", () => {
    const away = mkdtempSync(join(tmpdir(), "ts-raii-"));
    try {
      const folder = project(away, "nothing");
      const nothing = runCli(folder, ["doctor", "--format", "json"]);
      expect(nothing.status).toBe(1);
      expect(checksOf(nothing).map(({ id, status }) => `${status} ${id}`)).toEqual([
        "problem typescript",
        "problem ts-patch",
        "problem ts-raii",
        "warning plugin",
        "ok scripts",
        "problem probe",
      ]);

      writeFiles(folder, {
        "node_modules/typescript/package.json": {
          name: "typescript",
          version: "7.0.2",
          exports: { "./package.json": "./package.json" },
        },
        "package.json": { dependencies: { "ts-raii": "*" }, scripts: { build: "tsc" } },
      });
      link(join(root, "node_modules/ts-patch"), join(folder, "node_modules/ts-patch"));
      link(root, join(folder, "node_modules/ts-raii"));
      const { status, stdout } = runCli(folder, ["doctor"]);
      expect(stdout).toContain(
        "problem  TypeScript 7.0.2 ignores compiler plugins in silence: raii() is left in what it emits, and throws.\n",
      );
      expect(stdout).toContain(
        "npm install --save-dev typescript@6 @typescript/native@npm:typescript@7 ts-patch@4\n",
      );
      expect(stdout).toContain(
        'problem  The script "build" of package.json runs tsc, which ignores the plugin.\n',
      );
      expect(stdout).toContain("\nThe plugin is not active. 3 problems. 1 warning.\n");
      expect(status).toBe(1);
    } finally {
      rmSync(away, { recursive: true });
    }
  });
});
