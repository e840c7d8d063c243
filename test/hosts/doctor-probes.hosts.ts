import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readHost, selectedHosts } from "./harness/fixture.ts";
import { copySources, createProject, type Project } from "./harness/project.ts";
import { withoutRaii } from "./harness/without-raii.ts";

/*
 * `doctor` lets each host compile a probe: in a project that is set up, and in one that is not.
 */

/** The fixtures, each with the name of its host and the file that sets it up. */
const probed: Readonly<Record<string, readonly [host: string, file: string]>> = {
  astro: ["astro", "astro.config.mjs"],
  esbuild: ["esbuild", "build.mjs"],
  farm: ["farm", "farm.config.mjs"],
  "jest-babel": ["jest", "jest.config.cjs"],
  nest: ["nest", "nest-cli.json"],
  next: ["next", "next.config.ts"],
  nuxt: ["nuxt", "nuxt.config.ts"],
  nx: ["nx", "project.json"],
  rolldown: ["rolldown", "rolldown.config.js"],
  rollup: ["rollup", "rollup.config.js"],
  "rollup-typescript": ["rollup-plugin-typescript", "rollup.config.js"],
  "rollup-typescript2": ["rollup-plugin-typescript2", "rollup.config.js"],
  rspack: ["rspack", "rspack.config.mjs"],
  sveltekit: ["vite", "vite.config.ts"],
  "ts-loader": ["ts-loader", "webpack.config.mjs"],
  tsdown: ["tsdown", "tsdown.config.ts"],
  tsup: ["tsup", "tsup.config.ts"],
  "vite-8": ["vite", "vite.config.ts"],
  vue: ["vite", "vite.config.ts"],
  webpack: ["webpack", "webpack.config.mjs"],
};

const selected = selectedHosts().filter(({ name }) => Object.hasOwn(probed, name));

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly advice?: string;
}

/** What doctor says of a host. It is to leave the project as it was. */
function examine({ folder, env }: Project, host: string): Check {
  const before = filesOf(folder);
  const { stdout, stderr } = spawnSync("ts-raii", ["doctor", "--format", "json"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  expect(filesOf(folder)).toEqual(before);
  expect(stdout, stderr).toMatch(/^\{/);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  const found = checks.filter(({ id }) => id === `host:${host}`);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** The files of a project, with what they contain. What hosts keep in node_modules is theirs. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((path) => !path.startsWith(join(folder, "node_modules")));
  return Object.fromEntries(names.sort().map((path) => [path, readFileSync(path, "latin1")]));
}

/** Takes out what sets a host up. */
function remove(text: string, file: string): string {
  if (!file.endsWith(".json")) return withoutRaii(text);
  const without = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.filter((each) => !JSON.stringify(each).includes("ts-raii")).map(without)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, without(each)]))
        : value;
  return JSON.stringify(without(JSON.parse(text)), undefined, 2);
}

describe.each(selected)("$title", (host) => {
  const [name, file] = probed[host.name]!;

  it("is set up: it compiles the probe", () => {
    const check = examine(createProject(host), name);
    expect(check).toMatchObject({ status: "ok" });
    expect(check.message).toMatch(/^A probe compiled by .* has no raii\(\) left$/);
  }, 600_000);

  it("is not set up: the call is left, and the lines to write are said", () => {
    const project = createProject(host);
    const path = join(project.folder, file);
    const text = readFileSync(path, "utf8");
    try {
      writeFileSync(path, remove(text, file));
      const check = examine(project, name);
      expect(check).toMatchObject({ status: "problem" });
      expect(check.message).toMatch(/^A probe compiled by .* still calls raii\(\)/);
      expect(check.advice).toContain("ts-raii/");
    } finally {
      copySources(host, project.folder);
    }
  }, 600_000);
});

describe.runIf(selected.some(({ name }) => name === "webpack"))("a probe", () => {
  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "is gone when doctor is ended by %s while the host compiles",
    async (signal) => {
      const host = readHost("webpack");
      const project = createProject(host);
      const { folder, env } = project;
      const path = join(folder, "webpack.config.mjs");
      const text = readFileSync(path, "utf8");
      try {
        // A loader that tells that it has begun, and does not end.
        const loader =
          'require("fs").writeFileSync("begun", ""); module.exports = function () { this.async(); };';
        writeFileSync(join(folder, "never.cjs"), loader);
        writeFileSync(path, text.replace('use: { loader: "swc-loader"', 'use: { loader: "./never.cjs"'));
        const before = Object.keys(filesOf(folder));
        const running = spawn("ts-raii", ["doctor"], { cwd: folder, env, stdio: "ignore" });
        const ended = new Promise<NodeJS.Signals | null>((resolve) =>
          running.on("exit", (_, by) => resolve(by)),
        );
        while (!existsSync(join(folder, "begun"))) await setTimeout(50);
        const during = Object.keys(filesOf(folder)).filter((each) => each.includes("ts-raii-probe"));
        expect(during).toHaveLength(1);
        running.kill(signal);
        expect(await ended).toBe(signal);
        // The process of the host sees that nobody waits for it any more.
        await expect.poll(() => existsSync(during[0]!), { timeout: 10_000 }).toBe(false);
        expect(Object.keys(filesOf(folder)).filter((each) => !each.endsWith("begun"))).toEqual(before);
      } finally {
        copySources(host, folder);
        for (const name of ["begun", "never.cjs"]) spawnSync("rm", ["-f", join(folder, name)]);
      }
    },
    120_000,
  );
});
