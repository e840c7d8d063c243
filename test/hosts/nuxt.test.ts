import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

// What `ts-raii/nuxt` adds to the builds of Nuxt. Nuxt itself is among the hosts of all.hosts.ts.
const raii = createRequire(import.meta.url)("../../dist/hosts/nuxt.js") as (
  options: unknown,
  nuxt: object,
) => void;

/** Calls the module, and each hook that it takes with an empty configuration. */
function run(inline: unknown, ofConfig?: unknown, given: object = {}): Record<string, any> {
  const configs: Record<string, any> = {
    "vite:extend": { config: {} },
    "webpack:config": [{}, { plugins: ["before"] }],
    "rspack:config": [{}],
    "nitro:config": { rollupConfig: { plugins: ["before"] } },
    "prepare:types": {
      tsConfig: { compilerOptions: { plugins: [{ name: "before" }] } },
      sharedTsConfig: {},
      nodeTsConfig: {},
    },
    ...given,
  };
  raii(inline, {
    options: { raii: ofConfig },
    hook(name: string, handler: (given: unknown) => void) {
      expect(Object.keys(configs)).toContain(name);
      handler(configs[name]);
    },
  });
  return configs;
}

it("adds the plugins to pages and to the server, by every builder", () => {
  const {
    "vite:extend": vite,
    "webpack:config": webpack,
    "rspack:config": rspack,
    "nitro:config": nitro,
  } = run({});
  const names = (plugins: any[]): string[] => plugins.map(({ name }) => name).filter(Boolean);
  expect(names(vite.config.plugins)).toContain("ts-raii");
  expect(names(nitro.rollupConfig.plugins)).toContain("ts-raii");
  expect(nitro.rollupConfig.plugins[0]).toBe("before");
  for (const { plugins } of [...webpack, ...rspack]) expect(typeof plugins.at(-1).apply).toBe("function");
  expect(webpack[1].plugins).toHaveLength(2);
});

it("tells Nuxt its name and its key in the configuration", async () => {
  expect(await (raii as any).getMeta()).toEqual({ name: "ts-raii", configKey: "raii" });
});

it("takes options beside its name and in the configuration, and refuses wrong ones", () => {
  run({ lowering: "inline" });
  run(undefined, { lowering: "inline" });
  expect(() => run({ lowering: "fast" })).toThrow("lowering");
  expect(() => run(undefined, { lowering: "fast" })).toThrow("lowering");
  expect(() => run({ lowering: "inline" }, { lowering: "fast" })).not.toThrow();
});

describe("the tsconfig.json files that Nuxt writes", () => {
  const entry = { name: "ts-raii", transform: "ts-raii/transformer" };
  const pluginsOf = ({ compilerOptions }: any): unknown => compilerOptions?.plugins;

  it("have the entry for the editor, with the options of the module", () => {
    const { "nitro:config": nitro, "prepare:types": types } = run({ lowering: "inline", exclude: "a" });
    const expected = { ...entry, lowering: "inline" };
    expect(pluginsOf(types.tsConfig)).toEqual([{ name: "before" }, expected]);
    expect(pluginsOf(types.sharedTsConfig)).toEqual([expected]);
    expect(pluginsOf(nitro.typescript.tsConfig)).toEqual([expected]);
    expect(types.nodeTsConfig).toEqual({}); // that of nuxt.config.ts
  });

  it("keep the entry of the project, and may be missing", () => {
    const own = { ...entry, severity: { escape: "off" } };
    const nitro = { typescript: { tsConfig: { compilerOptions: { plugins: [own] } } } };
    const { "nitro:config": changed } = run({}, undefined, { "nitro:config": nitro, "prepare:types": {} });
    expect(pluginsOf(changed.typescript.tsConfig)).toEqual([own]);
  });
});
