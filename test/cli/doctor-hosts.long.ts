import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeHome, runCli, writeFiles } from "./run-cli.ts";

/*
 * The hosts that `doctor` lets compile a probe, as they are installed here: Vite, Vitest, Rollup, Rolldown and Node itself.
 */

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly advice?: string;
}

let home: string;
beforeAll(() => {
  home = makeHome("doctor-hosts", "TypeScript 6, ts-patch 4");
});

const base = {
  "tsconfig.json": { compilerOptions: { target: "es2022", types: [] }, include: ["src"] },
  "src/main.ts": "export {};\n",
};

/** What doctor says of the hosts of a project. It is to leave the project as it was. */
function examine(
  name: string,
  files: Readonly<Record<string, unknown>>,
): { readonly hosts: readonly Check[]; readonly isActive: boolean; readonly status: number | null } {
  const folder = writeFiles(join(home, name), { ...base, ...files });
  const list = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((each) => !each.startsWith("node_modules/.vite")) // it keeps that there in any case
      .sort();
  const before = list();
  const { status, stdout, stderr } = runCli(folder, ["doctor", "--format", "json"]);
  expect(stderr).toBe("");
  expect(list()).toEqual(before);
  const { checks, isActive } = JSON.parse(stdout) as { checks: Check[]; isActive: boolean };
  // Nothing of ts-patch: none of these needs it.
  expect(checks.map(({ id }) => id).filter((id) => !id.startsWith("host:"))).toEqual([
    "typescript",
    "ts-raii",
  ]);
  return { hosts: checks.filter(({ id }) => id.startsWith("host:")), isActive, status };
}

const strip = `{
  name: "strip",
  transform: async (code) => (await (await import("esbuild")).transform(code, { loader: "ts" })).code,
}`;
const raii = (face: string): string => `import raii from "ts-raii/${face}";\n`;
const configs: Readonly<
  Record<string, (face: string, plugin: string) => readonly [file: string, text: string]>
> = {
  vite: (face, plugin) => ["vite.config.ts", `${face}export default { plugins: [${plugin}] };`],
  vitest: (face, plugin) => ["vitest.config.ts", `${face}export default { plugins: [${plugin}] };`],
  rollup: (face, plugin) => [
    "rollup.config.js",
    `${face}export default [{ input: "src/main.ts", output: { dir: "dist" }, plugins: [${plugin} ${strip}] }];`,
  ],
  rolldown: (face, plugin) => [
    "rolldown.config.ts",
    `${face}export default { input: "src/main.ts", plugins: [${plugin}] };`,
  ],
};

describe.each(Object.entries(configs))("%s", (name, config) => {
  const face = name === "vitest" ? "vite" : name;
  const manifest = {
    type: "module",
    scripts: { build: name },
    dependencies: { "ts-raii": "*" },
    devDependencies: { [name]: "*" },
  };
  const project = (plugin: string): Record<string, unknown> => {
    const [file, text] = config(plugin === "" ? "" : raii(face), plugin);
    return { "package.json": manifest, [file]: text };
  };

  it("is set up: the probe is compiled", () => {
    const { hosts, isActive, status } = examine(`${name}-good`, project("raii(),"));
    expect(hosts).toMatchObject([{ id: `host:${name}`, status: "ok" }]);
    expect(hosts[0]!.message).toMatch(/^A probe compiled by \w+ with \S+ has no raii\(\) left$/);
    expect({ isActive, status }).toEqual({ isActive: true, status: 0 });
  });

  it.each([
    ["missing", ""],
    ["told to leave the sources alone", "raii({ exclude: /src/ }),"],
  ])("the plugin is %s: raii() is left, and the lines to write are said", (how, plugin) => {
    const { hosts, isActive, status } = examine(`${name}-${how.split(" ")[0]}`, project(plugin));
    expect(hosts).toMatchObject([{ id: `host:${name}`, status: "problem" }]);
    expect(hosts[0]!.message).toContain("still calls raii()");
    expect(hosts[0]!.advice).toContain(`import raii from "ts-raii/${face}"`);
    expect({ isActive, status }).toEqual({ isActive: false, status: 1 });
  });

  it("another module has the marker: the probe imports it from there", () => {
    const { hosts } = examine(`${name}-marker`, {
      ...project('raii({ importSource: "@my/raii" }),'),
      "node_modules/@my/raii/package.json": { name: "@my/raii", type: "module", main: "index.js" },
      "node_modules/@my/raii/index.js": 'export * from "ts-raii";',
    });
    expect(hosts).toMatchObject([{ id: `host:${name}`, status: "ok" }]);
  });

  it("the configuration fails: doctor says so, with the reason", () => {
    const files = project("raii(),");
    const [file] = config("", "");
    const { hosts } = examine(`${name}-broken`, {
      ...files,
      [file]: `${raii(face)}throw new Error("no such luck");`,
    });
    expect(hosts).toMatchObject([{ id: `host:${name}`, status: "warning" }]);
    expect(hosts[0]!.message).toContain("no such luck");
  });
});

describe("a script of Node", () => {
  const canRun = Boolean((process.features as { typescript?: unknown }).typescript);
  const project = (start: string) => ({
    "package.json": { type: "module", scripts: { start }, dependencies: { "ts-raii": "*" } },
  });

  it("with the loader", () => {
    const start = "node --watch --import ts-raii/register src/main.ts";
    const { hosts } = examine("node-good", project(start));
    if (canRun) expect(hosts).toMatchObject([{ id: "host:node", status: "ok" }]);
    else expect(hosts[0]!.message).toMatch(/could not be compiled by Node: .*\.ts/);
  });

  it("without it", () => {
    const { hosts } = examine("node-missing", project("node src/main.ts"));
    if (canRun) expect(hosts).toMatchObject([{ id: "host:node", status: "problem" }]);
    else expect(hosts).toMatchObject([{ id: "host:node", status: "warning" }]);
  });
});

it.each([
  ["webpack", { "webpack.config.mjs": `${raii("webpack")}export default { plugins: [raii()] };` }, "ok"],
  ["webpack", { "webpack.config.mjs": "export default {};" }, "warning"],
  ["nest", { "nest-cli.json": { compilerOptions: { plugins: ["ts-raii/transformer"] } } }, "ok"],
  ["nest", { "nest-cli.json": {} }, "warning"],
])("%s is not installed: its configuration is read", (name, files, status) => {
  const manifest = { type: "module", scripts: { build: name }, dependencies: { "ts-raii": "*" } };
  const { hosts } = examine(`read-${name}-${status}`, { "package.json": manifest, ...files });
  expect(hosts).toMatchObject([{ id: `host:${name}`, status }]);
  expect(hosts[0]!.message).toContain(
    status === "ok" ? "as far as its configuration tells" : "does not name",
  );
});

it("a file with several configurations: each compiles the probe", () => {
  const manifest = { type: "module", dependencies: { "ts-raii": "*" } };
  const one = (plugins: string): string =>
    `{ input: "src/main.ts", output: { dir: "dist" }, plugins: [${plugins}] }`;
  const file = (...plugins: readonly string[]): string =>
    `${raii("rollup")}export default [${plugins.map(one).join(", ")}];`;
  const status = (name: string, text: string): readonly Check[] =>
    examine(name, { "package.json": manifest, "rollup.config.js": text }).hosts;
  expect(status("several-good", file(`raii(), ${strip}`, `raii(), ${strip}`))).toMatchObject([
    { status: "ok" },
  ]);
  expect(status("several-bad", file(`raii(), ${strip}`, strip))).toMatchObject([{ status: "problem" }]);
});

describe("a script that builds by esbuild", () => {
  const manifest = {
    type: "module",
    scripts: { build: "node build.mjs --production" },
    dependencies: { "ts-raii": "*" },
  };
  const script = (before: string, plugins: string): string => `${raii("esbuild")}
import * as esbuild from "esbuild";
import { execSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
${before}
await esbuild.build({ entryPoints: ["src/main.ts"], outdir: "dist", minify: true, plugins: [${plugins}] });
writeFileSync("done.txt", "");
`;
  const effects =
    'rmSync("src", { recursive: true }); await mkdir("out"); writeFileSync("out/made.txt", "");';
  const check = (name: string, text: string): readonly Check[] =>
    examine(name, { "package.json": manifest, "build.mjs": text }).hosts;

  it.each([
    ["set up", "raii()", "ok"],
    ["not set up", "", "problem"],
  ])("is run up to its build, without its effects: %s", (name, plugins, status) => {
    const found = check(`esbuild-${name.split(" ")[0]}`, script(effects, plugins));
    expect(found).toMatchObject([{ id: "host:esbuild", status }]);
    expect(found[0]!.message).toContain("A probe compiled by esbuild with build.mjs");
  });

  it("is read where it starts another program first", () => {
    const found = check("esbuild-other", script('execSync("touch other.txt");', "raii()"));
    expect(found).toMatchObject([{ id: "host:esbuild", status: "ok" }]);
    expect(found[0]!.message).toContain("as far as its configuration tells");
  });
});
