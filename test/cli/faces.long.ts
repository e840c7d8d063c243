import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Toolchain, toolchains, tspc } from "../package/consumer.ts";
import { makeHome, runCli, writeFiles } from "./run-cli.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/error");
const folders = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, "input.ts")));
const readJson = (name: string, file: string): object => {
  const path = join(fixtures, name, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object) : {};
};
/** The options of the plugin, then those of the compiler. */
const optionsOf = (name: string): readonly object[] => {
  const ofCompiler = readJson(name, "compiler-options.json");
  return [readJson(name, "options.json"), ...(Object.keys(ofCompiler).length === 0 ? [] : [ofCompiler])];
};

describe.each(Object.keys(toolchains) as Toolchain[])("the check and the build, %s", (toolchain) => {
  const home = makeHome("faces", toolchain);
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable", "dom"],
    module: "esnext",
    moduleResolution: "bundler",
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    outDir: "dist",
  };
  /** Those with options of their own are projects of their own. */
  const groups = [...new Set(folders.map((name) => JSON.stringify(optionsOf(name))))].map(
    (options) => [options, folders.filter((name) => JSON.stringify(optionsOf(name)) === options)] as const,
  );

  it.each(groups)("say the same of fixtures/error, with the options %s", (options, names) => {
    const folder = join(home, options.replaceAll(/\W+/g, "-"));
    const sources = names.flatMap((name) =>
      ["input", "legal"].map((file) => [
        `src/${name}/${file}.ts`,
        readFileSync(join(fixtures, name, `${file}.ts`), "utf8"),
      ]),
    );
    const [ofPlugin, ofCompiler] = JSON.parse(options) as readonly object[];
    const plugins = [{ transform: "ts-raii/transformer", ...ofPlugin }];
    writeFiles(folder, {
      "package.json": { type: "module" },
      "tsconfig.json": { compilerOptions: { ...compilerOptions, ...ofCompiler, plugins }, include: ["src"] },
      ...Object.fromEntries(sources),
    });
    const linesOf = (text: string): string[] =>
      text.split("\n").filter((line) => /: \w+ TS100\d{3}: /.test(line));
    const checked = linesOf(runCli(folder, ["check"]).stdout);
    const built = linesOf(tspc(folder, "-p", ".").output);
    // TypeScript prints no suggestions.
    const loud = checked.filter((line) => !/: suggestion TS/.test(line));
    expect(loud.sort()).toEqual(built.sort());
    for (const name of names)
      expect(
        checked.filter((line) => line.startsWith(`src/${name}/input.ts`) && line.includes(` ${name}: `)),
      ).not.toEqual([]);
    expect(checked.filter((line) => line.includes("/legal.ts"))).toEqual([]);
  });
});
