import { createRequire } from "node:module";
import { join } from "node:path";
import remapping from "@jridgewell/remapping";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, it } from "vitest";

/*
 * What `ts-raii/next` makes of a configuration, and the loader that it sets, as Turbopack calls it. Next itself is among
 * the hosts of all.hosts.ts.
 */

const require = createRequire(import.meta.url);
const raii = require("../../dist/hosts/next.js") as (options?: any) => (config?: any) => any;
const loader = require("../../dist/hosts/turbopack.js") as (this: any, source: string, map?: any) => void;

const glob = "*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";

describe("a configuration", () => {
  it("keeps what is in it, and gets a rule for Turbopack and a plugin for webpack", () => {
    const rules = { "*.svg": { loaders: ["svg"], as: "*.js" } };
    const given = { reactStrictMode: true, turbopack: { root: "/", rules } };
    const config = raii({ lowering: "inline" })(given);
    expect(config).toMatchObject({ reactStrictMode: true, turbopack: { root: "/", rules } });
    const rule = config.turbopack.rules[glob];
    expect(rule.condition.content.test('import { raii } from "ts-raii";')).toBe(true);
    expect(rule.condition.content.test('import { raii } from "tsxraii";')).toBe(false);
    const [{ loader: name, options }] = rule.loaders;
    expect(name).toBe("ts-raii/turbopack");
    expect(JSON.parse(JSON.stringify(options))).toEqual(options);
    expect(options.lowering).toBe("inline");
    expect(given).toEqual({ reactStrictMode: true, turbopack: { root: "/", rules } });

    const plugins: any[] = [];
    expect(config.webpack({ plugins }, {})).toEqual({ plugins });
    expect(plugins.map((each) => typeof each.apply)).toEqual(["function"]);
  });

  it("keeps its own rules for the same files, and its own changes of webpack's configuration", () => {
    const own = { loaders: ["other"] };
    for (const before of [own, [own], ["other"]]) {
      const { rules } = raii()({ turbopack: { rules: { [glob]: before } } }).turbopack;
      expect(rules[glob]).toEqual([
        ...[before].flat(),
        expect.objectContaining({ loaders: [expect.anything()] }),
      ]);
    }
    const calls: unknown[][] = [];
    const changed = { name: "changed" };
    const webpack = (...args: unknown[]): object => (calls.push(args), changed);
    expect(raii()({ webpack }).webpack("config", "context")).toBe(changed);
    expect(calls).toEqual([["config", "context"]]);
    expect(changed).toMatchObject({ plugins: [{}] });
    expect(raii()({ webpack: null }).webpack({}, {}).plugins).toHaveLength(1);
  });

  it("may be a function of the phase, also an async one, or nothing", async () => {
    const phases: unknown[][] = [];
    const config = (...args: unknown[]): object => (phases.push(args), { distDir: "out" });
    const expected = { distDir: "out", turbopack: { rules: { [glob]: expect.anything() } } };
    expect(raii()(config)("phase", { defaultConfig: {} })).toMatchObject(expected);
    const later = raii()(async (...args: unknown[]) => config(...args))("phase", {});
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toMatchObject(expected);
    expect(phases).toEqual([
      ["phase", { defaultConfig: {} }],
      ["phase", {}],
    ]);
    expect(raii()()).toMatchObject({ turbopack: expected.turbopack });
  });

  it("has other options for the loader where what was compiled before is not right any more", () => {
    const optionsOf = (options?: object): string =>
      JSON.stringify(raii(options)().turbopack.rules[glob].loaders[0].options);
    expect(optionsOf()).toBe(optionsOf({}));
    expect(optionsOf()).toContain(require("../../package.json").version);
    expect(optionsOf({ exclude: /a/ })).not.toBe(optionsOf({ exclude: /b/ }));
  });

  it("is refused with an option that is wrong, at once", () => {
    for (const options of [
      { lowering: "fast" },
      { unknown: 1 },
      { include: 5 },
      { typescript: { version: "6" } },
    ])
      expect(() => raii(options)).toThrow(/lowering|unknown|include|typescript/);
  });
});

const source = `import { raii } from "ts-raii";
export function read(open: () => Disposable): string {
  "use raii";
  const handle: Disposable = raii(open());
  return typeof handle;
}
`;

interface Loaded {
  readonly error: Error | null;
  readonly code: string;
  readonly map: any;
  readonly warnings: readonly string[];
}

/** Calls the loader as Turbopack does, with the options that `ts-raii/next` has given to it. */
function load(text: string, options?: object, map?: object | string): Loaded {
  const warnings: string[] = [];
  let loaded: Omit<Loaded, "warnings"> | undefined;
  const plain = raii(options)().turbopack.rules[glob].loaders[0].options;
  loader.call(
    {
      resourcePath: join(import.meta.dirname, "module.ts"),
      getOptions: () => JSON.parse(JSON.stringify(plain)),
      emitWarning: (warning: Error) => warnings.push(warning.message),
      callback: (error: Error | null, code: string, made: object) => (loaded = { error, code, map: made }),
    },
    text,
    map,
  );
  return { ...loaded!, warnings };
}

describe("the loader", () => {
  it("compiles, and hands on what it has nothing to do with", () => {
    const { error, code, map } = load(source);
    expect(error).toBeNull();
    expect(code).toContain("drive(read_program(open))");
    expect(code).toContain("const handle: Disposable");
    expect(map.sourcesContent).toEqual([source]);
    const other = load("export const a: number = 1;", {}, map);
    expect(other).toMatchObject({ error: null, code: "export const a: number = 1;", map });
  });

  it("leads to what the loaders before have read", () => {
    const before = {
      version: 3,
      sources: ["a.mdx"],
      names: [],
      mappings: "AAAA;AAEA;AACA;AACA;AACA",
      sourcesContent: ["text"],
    };
    const { code, map: alone } = load(source);
    for (const given of [before, JSON.stringify(before)]) {
      const { map } = load(source, {}, given);
      expect(map).toEqual({ ...remapping([alone, before as never], () => null) });
      const lines = code.split("\n");
      const line = lines.findIndex((each) => each.includes("export function")) + 1;
      expect(originalPositionFor(new TraceMap(map), { line, column: 0 })).toMatchObject({
        source: "a.mdx",
        line: 3,
      });
    }
  });

  it("fails with the place and the lines around it", () => {
    const { error } = load(source.replace('  "use raii";\n', ""));
    expect(error!.message).toMatch(/module\.ts:3:30: raii-outside-annotated-function/);
    expect(error!.stack).toBe(`Error: ${error!.message}`); // nothing of the loader
    expect(error!.message).toContain("3 |   const handle: Disposable = raii(open());");
  });

  it("warns", () => {
    const unused = source.replace("raii(open())", "open()");
    const severity = { "annotated-without-raii": "warning" };
    const { error, warnings } = load(unused, { severity });
    expect(error).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/module\.ts:\d+:\d+: annotated-without-raii/)]);
  });

  it("fails for a module that is left out and calls raii, for nobody else will tell", () => {
    for (const options of [
      { exclude: /module/ },
      { include: "**/*.tsx" },
      { include: ["src/**", /other/g] },
    ]) {
      const { error } = load(source, options);
      expect(error!.message).toContain("raii() was not compiled and would throw when it runs");
      expect(error!.message).toContain('its options "include" and "exclude"');
      expect(error!.message).toMatch(/module\.ts:4:/);
      expect(load(source.replace("raii(open())", "open()"), options).error).toBeNull();
    }
    expect(load(source, { include: /MODULE/i }).error).toBeNull();
  });

  it("fails for options that nobody has checked", () => {
    let error: Error | null = null;
    const context = {
      resourcePath: "/a.ts",
      getOptions: () => ({ lowering: "fast" }),
      callback: (e: Error) => (error = e),
    };
    loader.call(context, source);
    expect(String(error)).toContain("lowering");
  });
});
