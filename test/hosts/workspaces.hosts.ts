import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeFiles } from "../cli/run-cli.ts";
import { isOfVitest, nodeOf, pack } from "./harness/project.ts";
import { runCommand } from "./harness/run-command.ts";

/*
 * A workspace with a package that esbuild builds and one that TypeScript builds: `init` at its root, and then the builds.
 */

interface Manager {
  /** The package that has the command. */
  readonly package: string;
  readonly install: string;
  readonly build: string;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly manifest?: object;
}

const managers: Readonly<Record<string, Manager>> = {
  npm: { package: "npm@10", install: "npm install --no-audit --no-fund", build: "npm run build" },
  pnpm: {
    package: "pnpm@10",
    install: "pnpm install",
    build: "pnpm run build",
    files: { "pnpm-workspace.yaml": 'packages:\n  - "packages/*"\n' },
    manifest: { workspaces: undefined },
  },
  "yarn 1": { package: "yarn@1", install: "yarn install", build: "yarn run build" },
  "yarn 4": {
    package: "@yarnpkg/cli-dist@4",
    install: "yarn install",
    build: "yarn run build",
    files: { ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n" },
  },
};

const home = mkdtempSync(join(tmpdir(), "ts-raii-workspaces-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const main = `import { raii } from "ts-raii";
function main(): string {
  "use raii";
  const handle = raii({ [Symbol.dispose]: () => console.log("released") });
  return typeof handle;
}
console.log(main());
`;

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2023", "esnext.disposable", "dom"],
  types: [],
  rootDir: "src",
  outDir: "dist",
};

const buildScript = `import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["ts-raii"],
});
`;

/** Runs commands in a workspace that a package manager has installed. */
function makeWorkspace(name: string): (command: string, folder?: string) => string {
  const manager = managers[name]!;
  const tools = join(home, "tools", name.replace(" ", "-"));
  const root = join(home, name.replace(" ", "-"));
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, "package.json"), "{}");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [join(tools, "node_modules/.bin"), dirname(nodeOf("24")), process.env["PATH"]].join(delimiter),
    NO_COLOR: "1",
    COREPACK_ENABLE_DOWNLOAD_PROMPT: "0",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter(isOfVitest)
        .map((each) => [each, undefined]),
    ),
    CI: undefined,
  };
  const run = (command: string, folder = "."): string => runCommand(command, join(root, folder), env);
  const dependencies = { "ts-raii": `file:${pack()}` };
  writeFiles(root, {
    "package.json": { private: true, workspaces: ["packages/*"], ...manager.manifest },
    ...manager.files,
    "packages/app/package.json": {
      name: "app",
      version: "1.0.0",
      type: "module",
      scripts: { build: "node build.mjs" },
      dependencies,
      devDependencies: { esbuild: "^0.28.0" },
    },
    "packages/app/build.mjs": buildScript,
    "packages/app/src/main.ts": main,
    "packages/lib/package.json": {
      name: "lib",
      version: "1.0.0",
      type: "module",
      scripts: { build: "tsc" },
      dependencies,
    },
    "packages/lib/tsconfig.json": { compilerOptions, include: ["src"] },
    "packages/lib/src/main.ts": main,
    "packages/other/package.json": { name: "other", version: "1.0.0" },
  });
  spawnSync("npm", ["install", "--no-audit", "--no-fund", manager.package], { cwd: tools, stdio: "ignore" });
  run(manager.install);
  return run;
}

it.each(Object.keys(managers))(
  "%s: init at the root sets its members up, and they build",
  (name) => {
    const { build } = managers[name]!;
    const run = makeWorkspace(name);
    const cli = "node packages/app/node_modules/ts-raii/dist/cli/main.js";
    const found = spawnSync("ls", [join(home, name.replace(" ", "-"), "packages/app/node_modules/ts-raii")]);
    const init = `${found.status === 0 ? cli : "node node_modules/ts-raii/dist/cli/main.js"} init --yes`;
    const output = run(init);
    expect(output).toContain("packages/app/package.json is built or run by: esbuild.");
    expect(output).toContain("packages/lib/package.json is built or run by: TypeScript.");
    expect(output).not.toContain("packages/other");
    for (const folder of ["packages/app", "packages/lib"]) {
      run(build, folder);
      expect(run("node dist/main.js", folder)).toBe("released\nobject\n");
    }
    // What was installed stands in the members.
    const lib = readFileSync(join(home, name.replace(" ", "-"), "packages/lib/package.json"), "utf8");
    expect(JSON.parse(lib)).toMatchObject({
      devDependencies: { typescript: expect.stringMatching(/6/), "ts-patch": expect.stringMatching(/4/) },
    });
    expect(run(init)).toContain("All set");
  },
  600_000,
);
