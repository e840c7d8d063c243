import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { init } from "../../../cli/init/init.ts";
import { runInit } from "../../../cli/init/run-init.ts";
import { parseArguments } from "../../../cli/parse-arguments.ts";
import { UsageError } from "../../../cli/usage-error.ts";
import { type Files, makePackage } from "./make-package.ts";

async function run(cwd: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  let output = "";
  const code = await runInit({
    args: parseArguments(args, init.options),
    operands: [],
    cwd,
    env: {},
    isTerminal: false,
    write: (text) => (output += text),
    note: (text) => (output += text),
  });
  return { code, output };
}

/** All files of a folder. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !each.parentPath.includes(".git"))
      .map((each) => [
        join(each.parentPath, each.name),
        readFileSync(join(each.parentPath, each.name), "latin1"),
      ]),
  );

/** What is installed already, as far as `init` looks. */
const installed = {
  "node_modules/typescript/package.json": { name: "typescript", version: "6.0.3" },
  "node_modules/ts-patch/package.json": { name: "ts-patch", version: "4.0.1" },
};

const viteFiles: Files = {
  "package.json": {
    type: "module",
    dependencies: { "ts-raii": "^0.4.0" },
    devDependencies: { typescript: "^6" },
  },
  "vite.config.ts": "export default { plugins: [] };\n",
  "tsconfig.json": '{\n  // of the editor\n  "compilerOptions": {\n    "strict": true\n  }\n}\n',
  ...installed,
};

/** ts-patch 4 asks for Node 22.15. */
const tsPatch = Number(process.versions.node.split(".")[0]) < 22 ? "ts-patch@3.3" : "ts-patch@4";

describe("init", () => {
  it("shows the change and makes none without a terminal", async () => {
    const folder = makePackage(viteFiles);
    const before = filesIn(folder);
    const { code, output } = await run(folder);
    expect(code).toBe(1);
    expect(output).toContain('+import raii from "ts-raii/vite";');
    expect(output).toContain('+    "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }],');
    expect(output).toContain("there is no terminal to ask on. Run it with --yes");
    expect(filesIn(folder)).toEqual(before);
  });

  it("changes nothing in a dry run", async () => {
    const folder = makePackage(viteFiles);
    const before = filesIn(folder);
    const { code, output } = await run(folder, "--dry-run", "--yes");
    expect([code, filesIn(folder)]).toEqual([1, before]);
    expect(output).toContain("this is a dry run");
  });

  it("makes the change with --yes, and the second time says that all is set", async () => {
    const folder = makePackage(viteFiles);
    expect((await run(folder, "--yes")).code).toBe(0);
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toContain("// of the editor");
    const after = filesIn(folder);
    const { code, output } = await run(folder, "--yes");
    expect([code, filesIn(folder)]).toEqual([0, after]);
    expect(output).toContain("All set: nothing is left to change.");
    expect(output).not.toContain("+++");
  });

  it("says first that the working tree has changes", async () => {
    const folder = makePackage(viteFiles);
    const git = (...args: readonly string[]): void =>
      void spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder });
    expect((await run(folder)).output).not.toContain("not committed");
    git("init", "-q");
    expect((await run(folder)).output).toContain("files that are not committed");
    git("add", "-A");
    git("commit", "-qm", "all");
    expect((await run(folder)).output).not.toContain("not committed");
    writeFileSync(join(folder, "vite.config.ts"), "export default { plugins: [] }\n");
    const { output } = await run(folder);
    expect(output.indexOf("a file that is not committed")).toBeLessThan(output.indexOf("+++"));
    expect(output).toContain("a file that is not committed");
  });

  it("leaves a file alone whose shape it does not know, prints the lines, and does the rest", async () => {
    const folder = makePackage({ ...viteFiles, "vite.config.ts": "export default { plugins: [ };\n" });
    const { code, output } = await run(folder, "--yes");
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "vite.config.ts"), "utf8")).toBe("export default { plugins: [ };\n");
    expect(output).toMatch(/To write by hand: Vite, vite\.config\.ts\. .* syntax error/);
    expect(output).toContain('  import raii from "ts-raii/vite";\n  plugins: [raii()],');
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toContain("ts-raii/transformer");
  });

  it("leaves a file alone that is no UTF-8, and JSON with a syntax error", async () => {
    const folder = makePackage({ ...viteFiles, "tsconfig.json": '{ "compilerOptions": { }' });
    writeFileSync(join(folder, "vite.config.ts"), Buffer.from("// caf\xe9\nexport default {};\n", "latin1"));
    const before = filesIn(folder);
    const { code, output } = await run(folder, "--yes");
    expect([code, filesIn(folder)]).toEqual([1, before]);
    expect(output).toContain("no text in UTF-8");
    expect(output).toMatch(/tsconfig\.json\. .*syntax error in line 1/);
  });

  it("says what to do where nothing builds the package", async () => {
    const folder = makePackage({ "package.json": { dependencies: { "ts-raii": "0.4" } }, ...installed });
    const { code, output } = await run(folder, "--yes");
    expect(code).toBe(1);
    expect(output).toContain("Add a script that builds it to package.json");
    expect(output).not.toContain("All set");
  });

  it("needs a package.json", async () => {
    await expect(run(makePackage({}))).rejects.toThrow(UsageError);
  });
});

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

describe("what is to be installed", () => {
  const commandsOf = async (
    files: Files,
    folderOf = (root: string): string => root,
  ): Promise<readonly string[]> => {
    const { output } = await run(folderOf(makePackage(files)), "--dry-run");
    const [, lines = ""] = /To install:\n((?: {2}.*\n)+)/.exec(output) ?? [];
    return lines
      .split("\n")
      .filter(Boolean)
      .map((line) => line.trim());
  };
  const vite = { scripts: { build: "vite build" } };
  const tsc = { scripts: { build: "tsc" } };
  const typescript = (version: string): Files => ({
    "node_modules/typescript/package.json": { name: "typescript", version },
  });

  it.each<[string, Files, readonly string[]]>([
    [
      "nothing is there",
      { "package.json": vite },
      ["npm install ts-raii", "npm install --save-dev typescript@6"],
    ],
    ["TypeScript 6", { "package.json": vite, ...typescript("6.0.3") }, ["npm install ts-raii"]],
    ["TypeScript 5.9", { "package.json": vite, ...typescript("5.9.3") }, ["npm install ts-raii"]],
    [
      "TypeScript 7",
      { "package.json": vite, ...typescript("7.0.2") },
      ["npm install ts-raii", "npm install --save-dev @typescript/typescript6"],
    ],
    [
      "TypeScript 5.4",
      { "package.json": vite, ...typescript("5.4.5") },
      ["npm install ts-raii", "npm install --save-dev @typescript/typescript6"],
    ],
    [
      "TypeScript 7 is asked for, and not installed yet",
      { "package.json": { ...vite, devDependencies: { typescript: "^7.0.0" } } },
      ["npm install ts-raii", "npm install --save-dev @typescript/typescript6"],
    ],
    [
      "TypeScript 6 is asked for, and not installed yet",
      { "package.json": { ...vite, devDependencies: { typescript: "~6.0.2" } } },
      ["npm install ts-raii"],
    ],
    [
      "tspc on nothing",
      { "package.json": tsc, "tsconfig.json": "{}" },
      ["npm install ts-raii", `npm install --save-dev typescript@6 ${tsPatch}`],
    ],
    [
      "tspc on TypeScript 5.9",
      { "package.json": tsc, "tsconfig.json": "{}", ...typescript("5.9.3") },
      ["npm install ts-raii", "npm install --save-dev ts-patch@3.3"],
    ],
    [
      "tspc on TypeScript 7",
      { "package.json": tsc, "tsconfig.json": "{}", ...typescript("7.0.2") },
      [
        "npm install ts-raii",
        `npm install --save-dev typescript@6 @typescript/native@npm:typescript@7 ${tsPatch}`,
      ],
    ],
    ["pnpm", { "package.json": vite, "pnpm-lock.yaml": "", ...typescript("6.0.3") }, ["pnpm add ts-raii"]],
    [
      "the root of a workspace of pnpm",
      { "package.json": vite, "pnpm-workspace.yaml": "", ...typescript("6.0.3") },
      ["pnpm add --workspace-root ts-raii"],
    ],
    [
      "yarn 1",
      { "package.json": vite, "yarn.lock": "" },
      ["yarn add ts-raii", "yarn add --dev typescript@6"],
    ],
    [
      "the root of a workspace of yarn 1",
      { "package.json": { ...vite, workspaces: ["a"] }, "yarn.lock": "", ...typescript("6.0.3") },
      ["yarn add --ignore-workspace-root-check ts-raii"],
    ],
    [
      "yarn 4",
      {
        "package.json": { ...vite, packageManager: "yarn@4.9.1+sha512.a" },
        "yarn.lock": "",
        ...typescript("6.0.3"),
      },
      ["yarn add ts-raii"],
    ],
    [
      "yarn 1 by its field",
      { "package.json": { ...vite, packageManager: "yarn@1.22.22" }, ...typescript("6.0.3") },
      ["yarn add ts-raii"],
    ],
    ["bun", { "package.json": vite, "bun.lock": "", ...typescript("6.0.3") }, ["bun add ts-raii"]],
  ])("where there is: %s", async (_, files, expected) => {
    expect(await commandsOf(files)).toEqual(expected);
  });

  it("is installed in a member of a workspace by the package manager of its root", async () => {
    const files: Files = {
      "package.json": { workspaces: ["packages/*"] },
      "pnpm-lock.yaml": "",
      "packages/a/package.json": vite,
      ...typescript("6.0.3"),
    };
    expect(await commandsOf(files, (root) => join(root, "packages/a"))).toEqual(["pnpm add ts-raii"]);
  });
});
