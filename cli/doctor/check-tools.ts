import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dependenciesOf } from "../../toolchain/manifest";
import { commandsOf } from "../project/script-commands";
import type { Diagnosis, Patient } from "./diagnosis";

/** A tool that may compile TypeScript by itself, past the plugin. */
interface Tool {
  readonly name: string;
  /** Its packages. */
  readonly packages: readonly string[];
  /** Its configuration, as a file in the folder of the project. */
  readonly config?: RegExp;
  /** What it is started by, where that is not its name. */
  readonly commands?: readonly string[];
  /** What its arguments must contain to concern us. */
  readonly argument?: RegExp;
  /** What it does to the code. */
  readonly what: string;
  readonly advice: string;
  /** What a configuration contains that makes it run the plugin. */
  readonly cure?: RegExp;
}

const strips = "removes the types and leaves raii() as it is, unless ts-raii is set up for it";
const usePlugin = (name: string, where: string): Pick<Tool, "what" | "advice" | "cure"> => ({
  what: strips,
  advice: `Add the plugin to ${where}: import raii from "ts-raii/${name}", plugins: [raii()]`,
  cure: new RegExp(`ts-raii/${name}`),
});
const register = (advice: string): Pick<Tool, "what" | "advice" | "cure"> => ({
  what: strips,
  advice,
  cure: /ts-raii\/register/,
});

const tools: readonly Tool[] = [
  {
    name: "node",
    packages: [],
    argument: /\.[cm]?ts$/,
    ...register("Start it with node --import ts-raii/register"),
    what: `started with a .ts file ${strips}`,
  },
  {
    name: "bun",
    packages: [],
    argument: /\.[cm]?tsx?$|^test$/,
    ...register('Add to bunfig.toml: preload = ["ts-raii/register"]'),
  },
  {
    name: "vitest",
    packages: ["vitest"],
    config: /^vitest\.(?:config|workspace)\.[cm]?[jt]s$/,
    ...usePlugin("vite", "vitest.config.ts or vite.config.ts"),
  },
  {
    name: "vite",
    packages: ["vite"],
    config: /^vite\.config\.[cm]?[jt]s$/,
    ...usePlugin("vite", "vite.config.ts"),
  },
  {
    name: "esbuild",
    packages: ["esbuild", "tsup"],
    config: /^(?:esbuild|tsup)\.(?:config\.)?[cm]?[jt]s$/,
    commands: ["esbuild", "tsup"],
    ...usePlugin("esbuild", "the build (the command esbuild takes no plugins)"),
  },
  {
    name: "tsx",
    packages: ["tsx"],
    ...register("Start the program with node --import ts-raii/register --import tsx"),
  },
  {
    name: "swc",
    packages: ["@swc/core", "@swc/cli", "@swc/jest", "@swc-node/register", "next"],
    config: /^\.swcrc$/,
    what: strips,
    advice:
      "Let the bundler, the test runner or the loader that calls swc call ts-raii first: README.md of ts-raii, Use with. The command swc has no plugins for that: give it what tspc has written.",
    cure: /ts-raii\/(?:webpack|rspack|jest|register)/,
  },
  {
    name: "babel",
    packages: ["@babel/preset-typescript", "@babel/plugin-transform-typescript"],
    what: strips,
    advice:
      "Let the bundler or the test runner that calls Babel call ts-raii first: README.md of ts-raii, Use with. The command babel has no plugins for that: give it what tspc has written.",
    cure: /ts-raii\/(?:vite|rollup|rolldown|webpack|rspack|jest)/,
  },
  {
    name: "ts-jest",
    packages: ["ts-jest"],
    what: "runs the transformer only where it is told to",
    advice:
      'Set its option: transform: { "^.+\\\\.tsx?$": ["ts-jest", { astTransformers: { before: ["ts-raii/transformer"] } }] }',
    cure: /ts-raii\/jest|astTransformers|ts-patch\/compiler/,
  },
  {
    name: "jest",
    packages: ["jest"],
    config: /^jest\.config\.(?:[cm]?[jt]s|json)$/,
    what: "compiles TypeScript with Babel, which leaves raii() as it is, unless ts-raii is set up for it",
    advice: 'Set its option: transform: { "\\\\.[jt]sx?$": "ts-raii/jest" }',
    cure: /ts-raii\/jest|astTransformers|ts-patch\/compiler/,
  },
  {
    name: "ts-node",
    packages: ["ts-node"],
    what: "runs the transformer only with the compiler of ts-patch",
    advice: 'Add to tsconfig.json: "ts-node": { "compiler": "ts-patch/compiler" }',
    cure: /ts-patch\/compiler|ts-raii\/register/,
  },
  {
    name: "webpack",
    packages: ["ts-loader"],
    config: /^webpack\.config\.[cm]?[jt]s$/,
    what: "leaves raii() as it is, unless ts-raii is set up for it",
    advice:
      'Give ts-loader the transformer, getCustomTransformers: (program) => ({ before: [raii(program)] }) of "ts-raii/transformer". Without ts-loader, add the plugin of "ts-raii/webpack".',
    cure: /ts-raii\/webpack|getCustomTransformers|ts-patch\/compiler/,
  },
];

/** Which other tools compile the code, and how they come to the plugin. */
export function checkTools({ manifests, folder, configPath }: Patient): readonly Diagnosis[] {
  const [manifest] = manifests;
  const folders = [...new Set([folder, ...(manifest === undefined ? [] : [manifest.folder])])];
  const files = folders.flatMap((each) =>
    readdirSync(each).map((name) => ({ name, path: join(each, name) })),
  );
  const dependencies = manifest === undefined ? {} : dependenciesOf(manifest);
  const commands = Object.values(manifest?.json.scripts ?? {}).flatMap(commandsOf);

  const found = tools.filter(
    ({ name, packages, config, argument, commands: own = [name] }) =>
      packages.some((each) => dependencies[each] !== undefined) ||
      (config !== undefined && files.some((file) => config.test(file.name))) ||
      commands.some(
        ({ program, args }) =>
          (own.includes(program) && (argument === undefined || args.some((each) => argument.test(each)))) ||
          isLoadedBy(own, program, args),
      ),
  );
  const configurations = files
    .filter(({ name }) =>
      /^(?:package\.json|bunfig\.toml|[\w.-]+\.config\.(?:[cm]?[jt]s|json)|(?:esbuild|build)\.[cm]?[jt]s)$/.test(
        name,
      ),
    )
    .map(({ path }) => path);
  const text = [...new Set([...configurations, configPath])]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  return found
    .filter(({ name }) => name !== "jest" || !found.some((each) => each.name === "ts-jest"))
    .map(({ name, what, advice, cure }): Diagnosis => {
      const id = `tool:${name}`;
      return cure?.test(text)
        ? { id, status: "ok", message: `${name} is set up for ts-raii` }
        : { id, status: "warning", message: `${name} ${what}.`, advice };
    });
}

/** `node --import tsx`, `node -r ts-node/register` */
function isLoadedBy(names: readonly string[], program: string, args: readonly string[]): boolean {
  return program === "node" && args.some((each) => names.some((name) => each.split(/[=/]/).includes(name)));
}
