import type { Host, HostConfig, PluginSetup } from "./host";
import { isTypeScriptFile, type ScriptCommand } from "./script-commands";

/** `import raii from "ts-raii/vite"`, and `raii()` in the list. */
const plugin = (
  face: string,
  list: readonly string[] = ["plugins"],
): Pick<Host, "isSetUp"> & { readonly setup: PluginSetup } => ({
  setup: { kind: "plugin", from: `ts-raii/${face}`, list },
  isSetUp: new RegExp(`ts-raii/${face}\\b`),
});

/** @param created the name and the text of a file that configures nothing. */
const configNamed = (stem: string, created?: readonly [string, string]): HostConfig => ({
  name: new RegExp(`^${stem}\\.config\\.[cm]?[jt]s$`),
  ...(created !== undefined && { created: { name: created[0], text: created[1] } }),
});

const defines = (from: string): string => `import { defineConfig } from "${from}";

export default defineConfig({});
`;

const startedAs =
  (...programs: readonly string[]) =>
  ({ program }: ScriptCommand): boolean =>
    programs.includes(program);

/** Whether a program runs a TypeScript file. */
const startedWithTypeScript =
  (program: string) =>
  (command: ScriptCommand): boolean =>
    command.program === program && command.args.some(isTypeScriptFile);

const runsTests = ({ program, args }: ScriptCommand, name: string): boolean =>
  program === name && args[0] === "test";

/** Whether Node is told to load a module, or one of a package: `--import tsx`, `-r ts-node/register`. */
const loads = ({ program, args }: ScriptCommand, name: string): boolean =>
  program === "node" &&
  args.some((word, at) => {
    const [flag, value = args[at + 1] ?? ""] = word.split("=");
    return (
      /^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(flag!) &&
      `${value}/`.startsWith(`${name}/`)
    );
  });

/**
 * The hosts: how each is recognized, and what makes it run ts-raii. `init` and `doctor` both go by this table. What compiles the
 * configuration of another host stands before it.
 */
export const hosts: readonly Host[] = [
  {
    name: "next",
    title: "Next",
    packages: ["next"],
    config: configNamed("next", ["next.config.mjs", "export default {};\n"]),
    isStartedBy: startedAs("next"),
    setup: { kind: "wrap", from: "ts-raii/next" },
    isSetUp: /ts-raii\/next\b/,
  },
  {
    name: "nuxt",
    title: "Nuxt",
    packages: ["nuxt"],
    config: configNamed("nuxt", ["nuxt.config.ts", "export default defineNuxtConfig({});\n"]),
    isStartedBy: startedAs("nuxt", "nuxi"),
    setup: { kind: "list", list: ["modules"], value: "ts-raii/nuxt" },
    isSetUp: /ts-raii\/nuxt\b/,
    writesEntry: true,
  },
  {
    name: "astro",
    title: "Astro",
    packages: ["astro"],
    config: configNamed("astro", ["astro.config.mjs", defines("astro/config")]),
    isStartedBy: startedAs("astro"),
    ...plugin("vite", ["vite", "plugins"]),
  },
  {
    name: "vite",
    title: "Vite",
    packages: ["vite"],
    config: configNamed("vite", ["vite.config.ts", defines("vite")]),
    isStartedBy: startedAs("vite"),
    ...plugin("vite"),
  },
  {
    name: "vitest",
    title: "Vitest",
    packages: ["vitest"],
    config: configNamed("vitest", ["vitest.config.ts", defines("vitest/config")]),
    isStartedBy: startedAs("vitest"),
    fallback: "vite",
    ...plugin("vite"),
  },
  {
    name: "jest",
    title: "Jest",
    packages: ["jest"],
    config: {
      name: /^jest\.config\.(?:[cm]?[jt]s|json)$/,
      packageKey: "jest",
      created: { name: "jest.config.mjs", text: "export default {};\n" },
    },
    isStartedBy: startedAs("jest"),
    setup: { kind: "jest" },
    isSetUp: /ts-raii\/(?:jest|transformer)\b/,
  },
  {
    name: "ts-loader",
    title: "ts-loader",
    packages: ["ts-loader"],
    config: { name: /^(?:webpack|rspack)\.config\.[cm]?[jt]s$/, contains: /\bts-loader\b/ },
    replaces: ["webpack", "rspack"],
    setup: {
      kind: "loader",
      loader: "ts-loader",
      property: "getCustomTransformers",
      value: "(program) => ({ before: [raii(program)] })",
      from: "ts-raii/transformer",
    },
    isSetUp: /ts-raii\/transformer\b|ts-patch\/compiler/,
  },
  {
    name: "webpack",
    title: "webpack",
    packages: ["webpack"],
    config: { name: /^webpack\.config\.[cm]?[jt]s$/ },
    isStartedBy: startedAs("webpack"),
    ...plugin("webpack"),
  },
  {
    name: "rspack",
    title: "Rspack",
    packages: ["@rspack/core"],
    config: { name: /^rspack\.config\.[cm]?[jt]s$/ },
    isStartedBy: startedAs("rspack"),
    ...plugin("rspack"),
  },
  {
    name: "rsbuild",
    title: "Rsbuild",
    packages: ["@rsbuild/core"],
    config: configNamed("rsbuild", ["rsbuild.config.mjs", defines("@rsbuild/core")]),
    isStartedBy: startedAs("rsbuild"),
    ...plugin("rspack", ["tools", "rspack", "plugins"]),
  },
  {
    name: "rollup-plugin-typescript",
    title: "@rollup/plugin-typescript",
    packages: ["@rollup/plugin-typescript"],
    config: { name: /^rollup\.config\.[cm]?[jt]s$/, contains: /["']@rollup\/plugin-typescript["']/ },
    replaces: ["rollup"],
    setup: {
      kind: "option",
      of: "@rollup/plugin-typescript",
      property: "transformers",
      value: "(program) => ({ before: [raii(program)] })",
      from: "ts-raii/transformer",
    },
    isSetUp: /ts-raii\/transformer\b|ts-patch\/compiler/,
  },
  {
    name: "rollup-plugin-typescript2",
    title: "rollup-plugin-typescript2",
    packages: ["rollup-plugin-typescript2"],
    config: { name: /^rollup\.config\.[cm]?[jt]s$/, contains: /["']rollup-plugin-typescript2["']/ },
    replaces: ["rollup"],
    setup: {
      kind: "option",
      of: "rollup-plugin-typescript2",
      property: "transformers",
      value: "[(service) => ({ before: [raii(service.getProgram())] })]",
      from: "ts-raii/transformer",
    },
    isSetUp: /ts-raii\/transformer\b|ts-patch\/compiler/,
  },
  {
    name: "rollup",
    title: "Rollup",
    packages: ["rollup"],
    config: { name: /^rollup\.config\.[cm]?[jt]s$/ },
    isStartedBy: startedAs("rollup"),
    ...plugin("rollup"),
  },
  {
    name: "tsdown",
    title: "tsdown",
    packages: ["tsdown"],
    config: configNamed("tsdown", ["tsdown.config.ts", defines("tsdown")]),
    isStartedBy: startedAs("tsdown"),
    ...plugin("rolldown"),
  },
  {
    name: "rolldown",
    title: "Rolldown",
    packages: ["rolldown"],
    config: configNamed("rolldown"),
    isStartedBy: startedAs("rolldown"),
    ...plugin("rolldown"),
  },
  {
    name: "tsup",
    title: "tsup",
    packages: ["tsup"],
    config: { ...configNamed("tsup", ["tsup.config.ts", defines("tsup")]), packageKey: "tsup" },
    isStartedBy: startedAs("tsup"),
    ...plugin("esbuild", ["esbuildPlugins"]),
  },
  {
    name: "farm",
    title: "Farm",
    packages: ["@farmfe/core"],
    config: configNamed("farm"),
    isStartedBy: startedAs("farm"),
    ...plugin("farm"),
  },
  {
    name: "esbuild",
    title: "esbuild",
    packages: ["esbuild"],
    config: {
      name: /^(?:esbuild|build)(?:\.config)?\.[cm]?[jt]s$/,
      contains: /(?:from|require\()\s*["']esbuild["']/,
      isStarted: true,
    },
    isStartedBy: startedAs("esbuild"),
    setup: {
      kind: "plugin",
      from: "ts-raii/esbuild",
      list: ["plugins"],
      functions: ["build", "context", "buildSync"],
    },
    isSetUp: /ts-raii\/esbuild\b/,
  },
  {
    name: "bun-build",
    title: "Bun's bundler",
    packages: ["bun"],
    config: {
      name: /^build(?:\.config)?\.[cm]?[jt]s$/,
      contains: /\bBun\.build\s*\(/,
      isStarted: true,
    },
    setup: { kind: "plugin", from: "ts-raii/bun", list: ["plugins"], functions: ["build"] },
    isSetUp: /ts-raii\/bun\b/,
  },
  {
    name: "nest",
    title: "Nest",
    packages: ["@nestjs/cli"],
    config: { name: /^\.?nest-cli\.json$/ },
    isStartedBy: startedAs("nest"),
    setup: { kind: "list", list: ["compilerOptions", "plugins"], value: "ts-raii/transformer" },
    isSetUp: /ts-raii\/transformer\b/,
  },
  {
    name: "nx",
    title: "Nx",
    packages: ["@nx/js"],
    config: { name: /^project\.json$/, contains: /"@nx\/js:(?:tsc|swc)"/ },
    setup: {
      kind: "target",
      executors: /^@nx\/js:tsc$/,
      list: ["options", "transformers"],
      value: "ts-raii/transformer",
    },
    isSetUp: /ts-raii\/transformer\b/,
  },
  {
    name: "nx-typescript",
    title: "Nx, by its plugin @nx/js/typescript",
    packages: [],
    config: {
      name: /^nx\.json$/,
      contains: /"@nx\/js\/typescript"/,
      isAroundOf: "tsconfig.lib.json", // what it builds by
    },
    setup: { kind: "nx-plugin", plugin: "@nx/js/typescript", option: "compiler", value: "tspc" },
    isSetUp: /"compiler"\s*:\s*"tspc"/,
    needsTsPatch: true,
  },
  {
    name: "ts-node",
    title: "ts-node",
    packages: ["ts-node"],
    isStartedBy: (command) =>
      command.program.startsWith("ts-node") ||
      (loads(command, "ts-node") && !loads(command, "ts-node/register/transpile-only")) ||
      (command.program === "nodemon" && command.args.some(isTypeScriptFile)),
    setup: { kind: "compiler", section: { name: "ts-node", compiler: "ts-patch/compiler" } },
    isSetUp: /"ts-patch\/compiler"/,
    needsTsPatch: true,
  },
  {
    name: "ts-node-transpile-only",
    title: "ts-node, transpile only",
    packages: ["ts-node"],
    isStartedBy: (command) => loads(command, "ts-node/register/transpile-only"),
    setup: { kind: "script", start: ["node", "--require", "ts-raii/register"] },
    isSetUp: /ts-raii\/register\b/,
  },
  {
    name: "tsx",
    title: "tsx",
    packages: ["tsx"],
    isStartedBy: (command) => command.program === "tsx" || loads(command, "tsx"),
    setup: { kind: "script", start: ["node", "--import", "ts-raii/register", "--import", "tsx"] },
    isSetUp: /ts-raii\/register\b/,
  },
  {
    name: "node",
    title: "Node",
    packages: [],
    isStartedBy: (command) =>
      startedWithTypeScript("node")(command) && !loads(command, "tsx") && !loads(command, "ts-node"),
    setup: { kind: "script", start: ["node", "--import", "ts-raii/register"] },
    isSetUp: /ts-raii\/register\b/,
  },
  {
    name: "bun",
    title: "Bun",
    packages: [],
    isStartedBy: (command) => startedWithTypeScript("bun")(command) || runsTests(command, "bun"),
    setup: { kind: "preload", module: "ts-raii/register" },
    isSetUp: /ts-raii\/register\b/,
  },
  {
    name: "deno",
    title: "Deno",
    packages: ["deno"],
    isStartedBy: (command) => startedWithTypeScript("deno")(command) || runsTests(command, "deno"),
    setup: { kind: "script", start: ["--preload", "npm:ts-raii/register"] },
    isSetUp: /ts-raii\/register\b/,
  },
  {
    name: "tspc",
    title: "TypeScript",
    packages: [],
    isStartedBy: startedAs("tsc", "tspc"),
    setup: { kind: "compiler" },
    isSetUp: /"ts-raii\/transformer"/,
    needsTsPatch: true,
  },
];
