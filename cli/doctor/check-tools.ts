import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dependenciesOf } from "../../toolchain/manifest";
import type { Diagnosis, Patient } from "./diagnosis";
import { commandsOf } from "./script-commands";

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

const strips = "removes the types and runs no plugin";
const first = (then: string): string => `Compile with tspc first, and ${then}.`;

const tools: readonly Tool[] = [
  {
    name: "node",
    packages: [],
    argument: /\.[cm]?ts$/,
    what: `started with a .ts file ${strips}`,
    advice: first("start what it has written with node --enable-source-maps"),
  },
  {
    name: "bun",
    packages: [],
    argument: /\.[cm]?tsx?$|^test$/,
    what: strips,
    advice: first("start the JavaScript it has written"),
  },
  {
    name: "vitest",
    packages: ["vitest"],
    config: /^vitest\.(?:config|workspace)\.[cm]?[jt]s$/,
    what: strips,
    advice: first("test what it has written: let the tests import from the output folder"),
  },
  {
    name: "vite",
    packages: ["vite"],
    config: /^vite\.config\.[cm]?[jt]s$/,
    what: strips,
    advice: first("give Vite the output folder"),
  },
  {
    name: "esbuild",
    packages: ["esbuild", "tsup"],
    config: /^(?:esbuild|tsup)\.(?:config\.)?[cm]?[jt]s$/,
    commands: ["esbuild", "tsup"],
    what: strips,
    advice: first("bundle the JavaScript it has written"),
  },
  {
    name: "tsx",
    packages: ["tsx"],
    what: strips,
    advice: first("start the program with node --enable-source-maps"),
  },
  {
    name: "swc",
    packages: ["@swc/core", "@swc/cli", "@swc/jest", "@swc-node/register", "next"],
    config: /^\.swcrc$/,
    what: strips,
    advice: first("give swc the JavaScript it has written"),
  },
  {
    name: "babel",
    packages: ["@babel/preset-typescript", "@babel/plugin-transform-typescript"],
    what: strips,
    advice: first("give Babel the JavaScript it has written"),
  },
  {
    name: "ts-jest",
    packages: ["ts-jest"],
    what: "runs the plugin only with the compiler of ts-patch",
    advice: 'Set its option: transform: { "^.+\\\\.tsx?$": ["ts-jest", { compiler: "ts-patch/compiler" }] }',
    cure: /ts-patch\/compiler/,
  },
  {
    name: "jest",
    packages: ["jest"],
    config: /^jest\.config\.(?:[cm]?[jt]s|json)$/,
    what: "compiles TypeScript with Babel, which runs no plugin, unless it is told otherwise",
    advice: 'Use ts-jest with { compiler: "ts-patch/compiler" }, or test what tspc has written.',
    cure: /ts-patch\/compiler/,
  },
  {
    name: "ts-node",
    packages: ["ts-node"],
    what: "runs the plugin only with the compiler of ts-patch",
    advice: 'Add to tsconfig.json: "ts-node": { "compiler": "ts-patch/compiler" }',
    cure: /ts-patch\/compiler/,
  },
  {
    name: "webpack",
    packages: ["ts-loader"],
    config: /^webpack\.config\.[cm]?[jt]s$/,
    what: "runs the plugin only with the compiler of ts-patch",
    advice: 'Give ts-loader the option compiler: "ts-patch/compiler".',
    cure: /ts-patch\/compiler/,
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
    .filter(({ name }) => /^(?:package\.json|[\w.-]+\.config\.(?:[cm]?[jt]s|json))$/.test(name))
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
        ? { id, status: "ok", message: `${name} compiles with ts-patch/compiler` }
        : { id, status: "warning", message: `${name} ${what}.`, advice };
    });
}

/** `node --import tsx`, `node -r ts-node/register` */
function isLoadedBy(names: readonly string[], program: string, args: readonly string[]): boolean {
  return program === "node" && args.some((each) => names.some((name) => each.split(/[=/]/).includes(name)));
}
