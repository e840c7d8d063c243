import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtinFiles } from "../../scripts/builtin-files.mjs";

/** Every form of import, and each place in which a name can stand. */
const source = `
import cluster from "node:cluster";
import * as os from "node:os";
import path, { join, resolve as absolute } from "node:path";
import { readFileSync } from "node:fs";
const shadowed = (join) => join;
export const isPrimary = () => cluster.isPrimary;
export const results = () => ({
  defaultImport: typeof cluster.fork,
  namespace: os.EOL,
  both: path.sep + join("a", "b"),
  renamed: absolute("/a", "..") === path.resolve("/"),
  shorthand: typeof { readFileSync }.readFileSync,
  property: { join: 1 }.join,
  shadowed: shadowed("parameter"),
  member: [1, 2].join(join("x")),
});
`;

describe("the files that import the modules of Node", () => {
  const parent = join(import.meta.dirname, "../../.tmp");
  let folder: string;
  beforeAll(async () => {
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, "builtin-"));
    writeFileSync(join(folder, "source.js"), source);
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "sideEffects": false }');
    const bundle = await rolldown({
      input: join(folder, "source.js"),
      external: /^node:/,
      platform: "node",
      plugins: [builtinFiles()],
    });
    await bundle.write({ dir: join(folder, "out"), format: "esm" });
    await bundle.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const load = async (file: string) =>
    (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as { results(): object };

  it("give what the modules give, by whatever import", async () => {
    expect(readFileSync(join(folder, "out/source.js"), "utf8")).not.toContain("node:");
    expect((await load("out/source.js")).results()).toEqual((await load("source.js")).results());
  });

  it("are dropped by a bundler where nobody needs them", async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export { isPrimary } from "./out/source.js";`, resolveDir: folder },
      bundle: true,
      format: "esm",
      platform: "node",
      write: false,
    });
    expect(outputFiles[0]!.text.match(/"node:\w+"/g)).toEqual(['"node:cluster"']);
  });
});
