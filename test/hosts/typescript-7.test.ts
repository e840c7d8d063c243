import { expect, it } from "vitest";
import { createProject } from "../loaders/project.ts";

/*
 * A project with TypeScript 7 and no other beside it. Whatever is to compile its code says what to install.
 */

const app = `import { raii } from "ts-raii";
export function main(open: () => Disposable): string {
  "use raii";
  return typeof raii(open());
}
`;
const files = {
  "package.json": `{ "type": "module" }`,
  "tsconfig.json": `{ "include": ["app.ts"] }`,
  "app.ts": app,
  "other-transformer.cjs": "module.exports = { process: (code) => ({ code }) };",
  // What `import "typescript"` finds of version 7: the number of the version.
  "node_modules/typescript/package.json": `{ "name": "typescript", "version": "7.0.2", "exports": { "./package.json": "./package.json", ".": "./version.cjs" } }`,
  "node_modules/typescript/version.cjs": `exports.version = "7.0.2";`,
};

const vite = `import * as vite from "vite";
import raii from "ts-raii/vite";
const config = { configFile: false, logLevel: "silent", plugins: [raii()] };`;
const scripts: Readonly<Record<string, string>> = {
  vite: `${vite}
await vite.build({ ...config, build: { lib: { entry: "app.ts", formats: ["es"] }, write: false } });`,
  "vite dev": `${vite}
const server = await vite.createServer({ ...config, server: { middlewareMode: true, ws: false } });
await server.transformRequest("/app.ts").finally(() => server.close());`,
  rollup: `import { rollup } from "rollup";
import raii from "ts-raii/rollup";
await rollup({ input: "app.ts", plugins: [raii()] });`,
  rolldown: `import { rolldown } from "rolldown";
import raii from "ts-raii/rolldown";
await (await rolldown({ input: "app.ts", plugins: [raii()] })).generate();`,
  esbuild: `import { build } from "esbuild";
import raii from "ts-raii/esbuild";
await build({ entryPoints: ["app.ts"], bundle: true, write: false, plugins: [raii()] });`,
  jest: `import { readFileSync } from "node:fs";
import jest from "ts-raii/jest";
const transformer = await jest.createTransformer({ wrap: process.cwd() + "/other-transformer.cjs" });
transformer.process(readFileSync("app.ts", "utf8"), process.cwd() + "/app.ts", {});`,
  api: `import { readFileSync } from "node:fs";
import { transform } from "ts-raii/api";
transform(readFileSync("app.ts", "utf8"), "app.ts");`,
};
const commands: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(scripts).map((name) => [name, [`${name}.mjs`]])),
  register: ["--import", "ts-raii/register", "app.js"],
  check: ["node_modules/ts-raii/dist/cli/main.js", "check"],
  migrate: ["node_modules/ts-raii/dist/cli/main.js", "migrate", "using"],
};

it.each(Object.entries(commands))("%s", (_, args) => {
  using project = createProject(["vite", "rollup", "rolldown", "esbuild"]);
  project.write(files);
  project.write({ "app.js": app.replaceAll(/: \(\) => Disposable|: string/g, "") });
  for (const [name, text] of Object.entries(scripts)) project.write({ [`${name}.mjs`]: text });
  const { status, stderr } = project.run(args);
  expect(stderr).toMatch(/TypeScript 7\.0\.2 has no API [^]*npm install --save-dev @typescript\/typescript6/);
  expect(status).not.toBe(0);
});

it("the transformer, by code that hands it TypeScript 7", () => {
  using project = createProject([]);
  project.write({
    ...files,
    "run.mjs": `import ts from "typescript";
import transformer from "ts-raii/transformer";
transformer(undefined, {}, { ts });`,
  });
  expect(project.run(["run.mjs"]).stderr).toContain("Build with tspc of ts-patch, on TypeScript 5.9 or 6.");
});

it("a program without raii needs no TypeScript at all", () => {
  using project = createProject(["esbuild"]);
  project.write({
    ...files,
    "app.ts": "export const a: number = 1;",
    "esbuild.mjs": scripts["esbuild"]!,
  });
  expect(project.run(["esbuild.mjs"])).toMatchObject({ status: 0, stderr: "" });
});
