import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Files, makePackage } from "./make-package.ts";
import { run } from "./run.ts";

/** ts-patch 4 asks for Node 22.15. */
const tsPatch = Number(process.versions.node.split(".")[0]) < 22 ? "ts-patch@3.3" : "ts-patch@4";

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
