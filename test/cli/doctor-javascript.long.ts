import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { link, type Outcome, runCli, writeFiles } from "./run-cli.ts";

/*
 * `doctor` in a project of JavaScript: without a tsconfig.json, or with a jsconfig.json.
 */

const root = join(import.meta.dirname, "../..");

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "doctor-javascript-"));
  for (const name of ["typescript", "vite"])
    link(join(root, "node_modules", name), join(home, "node_modules", name));
  link(root, join(home, "node_modules/ts-raii"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function examine(name: string, files: Readonly<Record<string, unknown>>, cwd = "."): Outcome {
  return runCli(join(writeFiles(join(home, name), files), cwd), ["doctor"]);
}

const dependencies = { "ts-raii": "*" };
const vite = {
  "package.json": { type: "module", dependencies, scripts: { build: "vite build" } },
  "vite.config.js": 'import raii from "ts-raii/vite";\nexport default { plugins: [raii()] };\n',
};

it.each([
  ["nothing", {}, "package.json"],
  ["jsconfig.json", { "jsconfig.json": { compilerOptions: { checkJs: true } } }, "jsconfig.json"],
])("with %s", (name, files, shown) => {
  const { status, stdout } = examine(name, { ...vite, ...files });
  expect(stdout).toBe(`ts-raii doctor: ${shown}

ok       TypeScript 6.0.3
ok       ts-raii 0.4.0, under dependencies
ok       A probe compiled by Vite with vite.config.js has no raii() left

The plugin is active.
`);
  expect(status).toBe(0);
});

it("a member of a workspace, whose root has a tsconfig.json for something else", () => {
  const files = Object.entries(vite).map(([path, text]) => [`packages/a/${path}`, text]);
  const { status, stdout } = examine(
    "workspace",
    {
      "package.json": { workspaces: ["packages/*"], scripts: { build: "tsc" } },
      "tsconfig.json": {},
      ...Object.fromEntries(files),
    },
    "packages/a",
  );
  expect(stdout).toContain("ok       A probe compiled by Vite with vite.config.js has no raii() left\n");
  expect(stdout).not.toContain("ts-patch");
  expect(status).toBe(0);
});

it.each([
  [
    "loader",
    "node --import ts-raii/register main.js",
    "ok       A probe compiled by Node has no raii() left\n",
    0,
  ],
  [
    "bare",
    "node main.js",
    "problem  A probe compiled by Node still calls raii(): it throws when it runs.\n",
    1,
  ],
])("that Node runs: %s", (name, start, said, code) => {
  const { status, stdout } = examine(name, {
    "package.json": { type: "module", dependencies, scripts: { start } },
    "main.js": "",
  });
  expect(stdout).toContain(said);
  if (code === 1) expect(stdout).toContain("node --import ts-raii/register");
  expect(status).toBe(code);
});

it("that nothing compiles", () => {
  const { status, stdout, stderr } = examine("nothing-compiles", { "package.json": { dependencies } });
  expect(stderr).toBe("");
  expect(stdout).toContain("problem  Nothing was found that compiles raii");
  expect(status).toBe(1);
});

it("with deno.json alone: its tasks are read", () => {
  const { stdout } = examine("deno", {
    "deno.json": {
      imports: { "ts-raii": "npm:ts-raii@^0.4.0" },
      tasks: { start: "deno run --preload npm:ts-raii/register main.ts" },
    },
  });
  expect(stdout).toContain("ts-raii doctor: deno.json\n");
  expect(stdout).toContain("ok       Deno is set up for ts-raii, as far as its configuration tells\n");
});

it("needs a package", () => {
  const away = mkdtempSync(join(tmpdir(), "doctor-nothing-"));
  const { status, stderr } = runCli(away, ["doctor"]);
  rmSync(away, { recursive: true });
  expect(stderr).toContain("There is no tsconfig.json, no package.json and no deno.json here");
  expect(status).toBe(2);
});
