import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applySetup, isConfigSetup } from "../../../cli/init/apply-setup.ts";
import { UnknownShape } from "../../../cli/init/unknown-shape.ts";
import { hosts } from "../../../cli/project/hosts.ts";
import { parameters } from "../../harness/sample.ts";
import { fixtures } from "../../hosts/harness/fixture.ts";
import { withoutRaii } from "../../hosts/harness/without-raii.ts";
import { commentsOf, evaluate, isWithInsertions, raii } from "./evaluate.ts";

/** Sets a host up in a text. */
function setUp(name: string, file: string, text: string): string {
  const host = hosts.find((each) => each.name === name)!;
  if (!isConfigSetup(host.setup)) throw new Error(`${name} has no configuration`);
  return applySetup({ host, configPath: file }, host.setup, text);
}

/** The host of each fixture whose configuration is code, and the file. */
const configurations = readdirSync(fixtures, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .flatMap(({ name: fixture }) =>
    readdirSync(join(fixtures, fixture)).flatMap((file) => {
      const text =
        file.endsWith("ts") || file.endsWith("js") ? readFileSync(join(fixtures, fixture, file), "utf8") : "";
      const host = hosts.find(
        ({ config, setup, isSetUp }) =>
          isConfigSetup(setup) &&
          config?.name.test(file) === true &&
          (config.contains?.test(text) ?? true) &&
          isSetUp.test(text),
      );
      return host === undefined || file.endsWith("json") ? [] : [{ fixture, file, host: host.name, text }];
    }),
  );

describe("the configuration of a fixture, without ts-raii", () => {
  it("is there for each kind of host", () => {
    const kinds = new Set(
      configurations.map(({ host }) => hosts.find(({ name }) => name === host)!.setup.kind),
    );
    expect([...kinds].sort()).toEqual(expect.arrayContaining(["jest", "loader", "option", "plugin"]));
    expect(configurations.length).toBeGreaterThan(15);
  });

  it.each(configurations)("$fixture: $file is set up as the fixture is", ({ file, host, text }) => {
    const bare = withoutRaii(text);
    expect(bare).not.toMatch(/\braii\(|ts-raii\/|: raii/);
    const changed = setUp(host, file, bare);
    expect(isWithInsertions(changed, bare)).toBe(true);
    expect(setUp(host, file, changed)).toBe(changed);
    if (host === "esbuild" || host === "bun-build") {
      expect(changed.replace(/\s+/g, " ")).toContain("plugins: [raii()]");
      return;
    }
    const expected = evaluate(withOneArgument(text));
    expect(readable(evaluate(changed))).toEqual(readable(expected));
    expect(readable(expected)).toContain("raii");
  });

  // The options of the fixture are no matter of `init`, and astTransformers are the same as ts-raii/jest around ts-jest.
  const withOneArgument = (text: string): string =>
    text
      .replace(", options)", ")")
      .replace(
        '["ts-jest", { astTransformers: { before: ["ts-raii/transformer"] } }]',
        '["ts-raii/jest", { wrap: "ts-jest" }]',
      );
});

/** A value as text: functions are called with what stands for a program. */
function readable(value: unknown): string {
  const service = { getProgram: () => "program" };
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "function") return { called: (each as (given: unknown) => unknown)(service) };
    if (each instanceof RegExp) return String(each);
    if (typeof each === "object" && each !== null && !Array.isArray(each))
      return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
    return each;
  });
}

/** How a configuration is written. */
const style = fc.record({
  isModule: fc.boolean(),
  quote: fc.constantFrom('"', "'"),
  semicolon: fc.constantFrom(";", ""),
  indent: fc.constantFrom("  ", "    ", "\t"),
  eol: fc.constantFrom("\n", "\r\n"),
  trailingComma: fc.constantFrom(",", ""),
  isMultiline: fc.boolean(),
  hasComments: fc.boolean(),
  header: fc.constantFrom(
    "",
    "// @ts-check\n",
    "/* eslint-disable */\n",
    '/// <reference types="x" />\n',
    "#!/usr/bin/env node\n",
  ),
  hasImport: fc.boolean(),
  form: fc.constantFrom(
    "plain",
    "define",
    "arrow",
    "block",
    "const",
    "satisfies",
    "define-arrow",
    "named function",
  ),
  plugins: fc.constantFrom("none", "empty", "one", "two", "filtered", "named"),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

/** Writes a configuration. @param face whether types are written. */
function write(given: Style): string {
  const { quote: q, semicolon: s, indent, isMultiline, hasComments, isModule, plugins, form } = given;
  const source = (name: string, from: string): string =>
    isModule ? `import ${name} from ${q}${from}${q}${s}` : `const ${name} = require(${q}${from}${q})${s}`;
  const note = (text: string): string => (hasComments && isMultiline ? `// ${text}\n` : "");
  const inline = hasComments ? "/* kept */ " : "";
  const list = (items: readonly string[], depth: number): string =>
    isMultiline && items.length > 0
      ? `[${hasComments ? " // of all" : ""}\n${items
          .map(
            (each) =>
              `${note("an item").replace(/^(?=.)/, indent.repeat(depth + 1))}${indent.repeat(depth + 1)}${each}`,
          )
          .join(",\n")}${given.trailingComma}\n${indent.repeat(depth)}]`
      : `[${items.map((each) => inline + each).join(", ")}]`;
  const items = {
    none: undefined,
    empty: [],
    one: ["{ a: 1 }"],
    two: ["{ a: 1 }", `${q}b${q}`],
    filtered: ["null", "{ a: 1 }"],
    named: ["{ a: 1 }"],
  }[plugins];
  const depth = form === "block" || form === "named function" ? 2 : 1;
  const written = items && list(items, depth) + (plugins === "filtered" ? ".filter(Boolean)" : "");
  const properties = [
    `mode: ${q}production${q}`,
    ...(written === undefined ? [] : [`plugins${plugins === "named" && depth === 1 ? "" : `: ${written}`}`]),
    `${q}other-key${q}: { plugins: [] }`,
  ];
  const object = isMultiline
    ? `{${hasComments ? " // the whole" : ""}\n${properties
        .map(
          (each) =>
            `${note("a property").replace(/^(?=.)/, indent.repeat(depth))}${indent.repeat(depth)}${each}`,
        )
        .join(",\n")}${given.trailingComma}\n${indent.repeat(depth - 1)}}`
    : `{ ${inline}${properties.join(", ")} }`;
  const exported = (value: string): string =>
    isModule ? `export default ${value}${s}` : `module.exports = ${value}${s}`;
  const named = plugins === "named" && depth === 1 ? [`const plugins = ${list(items!, 0)}${s}`] : [];
  const body = {
    plain: [exported(object)],
    define: [exported(`defineConfig(${object})`)],
    arrow: [exported(`() => (${object})`)],
    block: [exported(`(env) => {\n${indent}return ${object}${s}\n}`)],
    const: [`/** @type {import(${q}x${q}).Config} */\nconst config = ${object}${s}`, exported("config")],
    satisfies: [exported(`${object} satisfies Config as Config`)],
    "define-arrow": [exported(`defineConfig(({ mode }) => (${object}))`)],
    "named function": isModule
      ? [`export default function config() {\n${indent}return ${object}${s}\n}`]
      : [`function config() {\n${indent}return ${object}${s}\n}`, exported("config")],
  }[form];
  const imports =
    given.hasImport || form.startsWith("define")
      ? [
          isModule
            ? `import { defineConfig } from ${q}x${q}${s}`
            : `const { defineConfig } = require(${q}x${q})${s}`,
          source("path", "node:path"),
        ]
      : [];
  const text = `${given.header}${[...imports, ...named, ...body].join("\n")}\n`;
  return text.replaceAll("\n", given.eol);
}

describe("a configuration in any formatting", () => {
  it("runs the plugin first, and has what it had, to the letter", () => {
    fc.assert(
      fc.property(style, (given) => {
        const text = write(given);
        const changed = setUp("vite", "vite.config.ts", text);
        expect(isWithInsertions(changed, text)).toBe(true);
        expect(commentsOf(changed)).toEqual(commentsOf(text));
        expect(setUp("vite", "vite.config.ts", changed)).toBe(changed);
        const { plugins: before = [], ...rest } = evaluate(text) as { plugins?: unknown[] };
        const { plugins, ...others } = evaluate(changed) as { plugins: unknown[] };
        expect(plugins).toEqual([raii(), ...before]);
        expect(readable(others)).toEqual(readable(rest));
        // In the style of the file.
        const line = changed.split(given.eol).find((each) => each.includes("ts-raii/vite"))!;
        expect(line.includes("import ")).toBe(given.isModule);
        expect(changed.includes("\n") && changed.replaceAll("\r\n", "").includes("\n")).toBe(
          given.eol === "\n",
        );
        const header = given.header.trim();
        expect(changed.startsWith(header)).toBe(true);
        if (given.form === "const") expect(changed).toMatch(/Config\} \*\/\r?\nconst config/);
        // Of a file with one statement alone, the style of which tells little, too.
        expect(line).toContain(`${given.quote}ts-raii/vite${given.quote}`);
        if (!/function/.test(given.form)) expect(line.endsWith(";")).toBe(given.semicolon === ";");
      }),
      parameters(0.4),
    );
  });
});

describe("a configuration of a shape that is not known is refused", () => {
  it.each([
    ["a syntax error", "export default { plugins: [ };"],
    ["no export", "const config = {};"],
    ["two exports", "module.exports = {}; module.exports = { plugins: [] };"],
    ["a call of something else", "export default withAnalyzer({ plugins: [] });"],
    ["an imported value", 'import base from "./base"; export default base;'],
    ["a spread, and no list of its own", 'import base from "./base"; export default { ...base };'],
    ["a spread behind the list", 'import base from "./base"; export default { plugins: [], ...base };'],
    ["a computed key", 'export default { ["plug" + "ins"]: [] };'],
    ["the key twice", "export default { plugins: [], plugins: [] };"],
    ["a list that a function makes", "export default { plugins: makePlugins() };"],
    ["a list with a concat", "export default { plugins: [].concat(more) };"],
    ["a variable that may change", "let config = { plugins: [] }; config = other; export default config;"],
    ["a property that is set later", "const config = {}; config.plugins = [a]; export default config;"],
    ["several configurations", "export default [{ plugins: [] }, { plugins: [] }];"],
    ["a function that returns what is not written out", "export default () => { return load(); };"],
    ["tests in projects elsewhere", 'export default { plugins: [], test: { projects: ["packages/*"] } };'],
    ["tests in projects that are made", "export default { plugins: [], test: { projects: make() } };"],
    [
      "a project that extends another file",
      'export default { test: { projects: [{ extends: "./other.config.ts", test: {} }] } };',
    ],
    ["a project with a spread", "export default { test: { projects: [{ ...base, test: {} }] } };"],
    [
      "a file that is generated",
      "// This file is auto-generated. Do not edit.\nexport default { plugins: [] };",
    ],
    ["nothing at all", ""],
  ])("%s", (_, text) => {
    expect(() => setUp("vite", "vite.config.ts", text)).toThrow(UnknownShape);
  });

  it.each([
    [
      "rollup-plugin-typescript",
      'import typescript from "@rollup/plugin-typescript"; export default { plugins: [typescript(options())] };',
    ],
    [
      "rollup-plugin-typescript",
      'import typescript from "@rollup/plugin-typescript"; export default { plugins: [typescript({ transformers: x })] };',
    ],
    ["ts-loader", 'module.exports = { module: { rules: [rule("ts-loader")] } };'],
    ["jest", 'module.exports = { preset: "other" };'],
    ["jest", "module.exports = { projects: [] };"],
    ["jest", 'module.exports = { transform: { "\\\\.css$": "css-transform" } };'],
    ["jest", 'module.exports = { transform: { ...base, "x": "babel-jest" } };'],
    ["esbuild", 'import * as esbuild from "esbuild"; esbuild.build(options());'],
    ["esbuild", 'import { build } from "other"; build({ plugins: [] });'],
    ["next", "export default function config() {}"],
    [
      "nx-typescript",
      '{ "plugins": [{ "plugin": "@nx/js/typescript", "options": { "compiler": "tsgo" } }] }',
    ],
    ["nx-typescript", '{ "plugins": [{ "plugin": "@nx/js/typescript", "options": "a" }] }'],
  ])("%s: %s", (host, text) => {
    const file = text.startsWith("{") ? "nx.json" : "x.config.js";
    expect(() => setUp(host, file, text)).toThrow(UnknownShape);
  });
});

describe("a host is set up", () => {
  it.each([
    [
      "nuxt",
      "nuxt.config.ts",
      "export default defineNuxtConfig({\n  devtools: { enabled: true },\n});\n",
      'export default defineNuxtConfig({\n  modules: ["ts-raii/nuxt"],\n  devtools: { enabled: true },\n});\n',
    ],
    [
      "astro",
      "astro.config.mjs",
      "// @ts-check\nimport { defineConfig } from 'astro/config';\n\n// https://astro.build/config\nexport default defineConfig({});\n",
      "// @ts-check\nimport { defineConfig } from 'astro/config';\nimport raii from 'ts-raii/vite';\n\n// https://astro.build/config\nexport default defineConfig({ vite: { plugins: [raii()] } });\n",
    ],
    [
      "next",
      "next.config.ts",
      'import type { NextConfig } from "next";\n\nconst nextConfig: NextConfig = {\n  /* config options here */\n};\n\nexport default nextConfig;\n',
      'import type { NextConfig } from "next";\nimport raii from "ts-raii/next";\n\nconst nextConfig: NextConfig = {\n  /* config options here */\n};\n\nexport default raii()(nextConfig);\n',
    ],
    [
      "vite",
      "vite.config.ts",
      "export default {\n  // nothing yet\n};\n",
      'import raii from "ts-raii/vite";\n\nexport default {\n  plugins: [raii()]\n  // nothing yet\n};\n',
    ],
    [
      "tsup",
      "tsup.config.ts",
      "export default { entry: [] };\n",
      'import raii from "ts-raii/esbuild";\n\nexport default { esbuildPlugins: [raii()], entry: [] };\n',
    ],
    [
      "webpack",
      "webpack.config.js",
      "const path = require('path')\nconst raii = 1\nmodule.exports = { entry: './a' }\n",
      "const path = require('path')\nconst tsRaii = require('ts-raii/webpack')\nconst raii = 1\nmodule.exports = { plugins: [tsRaii()], entry: './a' }\n",
    ],
    [
      "ts-loader",
      "webpack.config.js",
      "module.exports = { module: { rules: [{ use: 'ts-loader' }] } };\n",
      "const raii = require('ts-raii/transformer');\n\nmodule.exports = { module: { rules: [{ use: { loader: 'ts-loader', options: { getCustomTransformers: (program) => ({ before: [raii(program)] }) } } }] } };\n",
    ],
    [
      "esbuild",
      "build.js",
      "require('esbuild').build({ bundle: true })\n",
      "const raii = require('ts-raii/esbuild')\n\nrequire('esbuild').build({ plugins: [raii()], bundle: true })\n",
    ],
    [
      "jest",
      "jest.config.js",
      'const { createDefaultPreset } = require("ts-jest");\nconst tsJestTransformCfg = createDefaultPreset().transform;\nmodule.exports = {\n  transform: {\n    ...tsJestTransformCfg,\n  },\n};\n',
      'const { createDefaultPreset } = require("ts-jest");\nconst tsJestTransformCfg = createDefaultPreset().transform;\nmodule.exports = {\n  transform: {\n    ...tsJestTransformCfg,\n    "^.+\\\\.tsx?$": ["ts-raii/jest", { wrap: "ts-jest" }],\n  },\n};\n',
    ],
    [
      "jest",
      "jest.config.js",
      "module.exports = { preset: 'ts-jest' };\n",
      "module.exports = { transform: { '^.+\\\\.tsx?$': ['ts-raii/jest', { wrap: 'ts-jest' }] }, preset: 'ts-jest' };\n",
    ],
    [
      "jest",
      "jest.config.json",
      '{\n  "transform": { "x": ["@swc/jest", {}] }\n}\n',
      '{\n  "transform": { "x": ["ts-raii/jest", { "wrap": ["@swc/jest", {}] }] }\n}\n',
    ],
    [
      "nest",
      "nest-cli.json",
      '{\n  "sourceRoot": "src",\n  "compilerOptions": {\n    "deleteOutDir": true\n  }\n}\n',
      '{\n  "sourceRoot": "src",\n  "compilerOptions": {\n    "plugins": ["ts-raii/transformer"],\n    "deleteOutDir": true\n  }\n}\n',
    ],
    [
      "nx",
      "project.json",
      '{ "targets": { "build": { "executor": "@nx/js:tsc", "options": { "main": "a" } } } }\n',
      '{ "targets": { "build": { "executor": "@nx/js:tsc", "options": { "transformers": ["ts-raii/transformer"], "main": "a" } } } }\n',
    ],
    ...["projects", "workspace"].map((name) => [
      "vite",
      "vite.config.ts",
      `export default { plugins: [a()], test: { ${name}: [{ extends: "./vite.config.ts", plugins: [b()] }, { extends: true, test: {} }, { test: {} }, { extends: false, plugins: [c()] }] } };\n`,
      `import raii from "ts-raii/vite";\n\nexport default { plugins: [raii(), a()], test: { ${name}: [{ extends: "./vite.config.ts", plugins: [b()] }, { extends: true, test: {} }, { plugins: [raii()], test: {} }, { extends: false, plugins: [raii(), c()] }] } };\n`,
    ]),
    [
      "nx-typescript",
      "nx.json",
      '{ "plugins": ["@nx/vite", "@nx/js/typescript"] }\n',
      '{ "plugins": ["@nx/vite", { "plugin": "@nx/js/typescript", "options": { "compiler": "tspc" } }] }\n',
    ],
    [
      "nx-typescript",
      "nx.json",
      '{\n  "plugins": [\n    {\n      "plugin": "@nx/js/typescript"\n    },\n    { "plugin": "x" }\n  ]\n}\n',
      '{\n  "plugins": [\n    {\n      "options": { "compiler": "tspc" },\n      "plugin": "@nx/js/typescript"\n    },\n    { "plugin": "x" }\n  ]\n}\n',
    ],
    [
      "nx-typescript",
      "nx.json",
      '{ "plugins": [{ "plugin": "@nx/js/typescript", "include": ["a"], "options": { "build": {} } }, { "plugin": "@nx/js/typescript", "exclude": ["a"] }] }\n',
      '{ "plugins": [{ "plugin": "@nx/js/typescript", "include": ["a"], "options": { "compiler": "tspc", "build": {} } }, { "options": { "compiler": "tspc" }, "plugin": "@nx/js/typescript", "exclude": ["a"] }] }\n',
    ],
  ])("%s: %s", (host, file, text, expected) => {
    const changed = setUp(host, file, text);
    expect(changed).toBe(expected);
    expect(setUp(host, file, changed)).toBe(changed);
  });
});
