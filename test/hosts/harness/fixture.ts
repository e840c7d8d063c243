import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");
export const fixtures = join(root, "fixtures/hosts");

/** A way in which a host is used, and how the harness drives it. */
export type Mode = RunMode | WatchMode;

interface RunMode {
  readonly name: string;
  /** Shell commands, one after the other. The last runs the programs, which write what they did to `$RESULT`. */
  readonly run: readonly string[];
  /** What comes of other calls of the plugin is tested in this mode, too. Otherwise it is in the first alone. */
  readonly isOtherBundler?: true;
}

interface WatchMode {
  readonly name: string;
  /** A shell command that builds again when a source changes. It is stopped at the end. */
  readonly watch: string;
  /** Runs what it has built. Empty where the host runs the programs itself after each change. */
  readonly run: readonly string[];
  /** It compiles a module when it is asked for it, so that it has to be asked to tell of a mistake. */
  readonly isLazy?: true;
}

/** What `host.json` of a fixture says. */
export interface Host {
  /** Of the folder. */
  readonly name: string;
  /** What people call it, with its variant: "webpack 5 + swc-loader". */
  readonly title: string;
  /** CI runs one host of each family: the one of that name, else the first. */
  readonly family: string;
  /** The package whose version the table shows. */
  readonly package: string;
  /** The Node that runs it, where it needs another than the oldest that is supported: `"24"`. */
  readonly node?: string;
  /** The file that calls a bundler's plugin as `raii()`. What comes of another call, or of none, is tested, too. */
  readonly config?: string;
  /** Variables of the environment for its commands: those that disable telemetry. */
  readonly env?: Readonly<Record<string, string>>;
  /** How that file calls the plugin without options, and with `$options`, where it is not `raii()` and `raii($options)`. */
  readonly calls?: { readonly bare: string; readonly with: string };
  /** The file of a component that the host renders. What its script did stands in the page. */
  readonly component?: string;
  /** What happens behind that when a form of the page is sent. */
  readonly componentEvents?: readonly string[];
  /** The modes in which the lines of the component's stack are not compared, each with the reason. */
  readonly componentStacks?: Readonly<Record<string, string>>;
  /** The folder with what the host has built for browsers. */
  readonly client?: string;
  /** It checks types. A mistake of raii is to fail its build. */
  readonly checksTypes?: boolean;
  /** Which decorators it is to compile. */
  readonly decorators: "legacy" | "standard";
  /** The programs that the host cannot compile without ts-raii either, each with the reason. */
  readonly without?: Readonly<Record<string, string>>;
  /** Why `error.stack` is not compared, where the host leads to other places without ts-raii, too. */
  readonly stacks?: string;
  readonly modes: readonly Mode[];
  /** Why the lines around an error are not looked for. */
  readonly withoutFrames?: string;
  /** Why only the lines of `error.stack` are compared: the host ignores the source maps of its plugins. */
  readonly onlyLines?: string;
}

/** All hosts that have a fixture, or those that HOSTS names: `HOSTS=vite-8,rollup`; `HOSTS=ci` is one of each family. */
export function selectedHosts(): readonly Host[] {
  const all = readdirSync(fixtures)
    .filter((name) => existsSync(join(fixtures, name, "host.json")))
    .map(readHost);
  const selection = process.env["HOSTS"];
  if (selection === undefined) return all;
  if (selection === "ci") {
    const families = [...new Set(all.map(({ family }) => family))];
    return families.map(
      (family) => all.find(({ name }) => name === family) ?? all.find((each) => each.family === family)!,
    );
  }
  const names = selection.split(",");
  const unknown = names.filter((name) => !all.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`HOSTS names what has no fixture: ${unknown.join(", ")}`);
  return all.filter(({ name }) => names.includes(name));
}

export function readHost(name: string): Host {
  const settings = JSON.parse(readFileSync(join(fixtures, name, "host.json"), "utf8")) as Omit<Host, "name">;
  return { name, ...settings };
}

/** The programs that every host runs, without those that it excludes. */
export function programsOf({ without = {} }: Pick<Host, "without">): readonly string[] {
  const notPrograms = ["log.ts", "main.ts", "observe.ts", "stack.ts"];
  const all = readdirSync(join(fixtures, "programs")).filter(
    (name) => /\.tsx?$/.test(name) && !notPrograms.includes(name),
  );
  const unknown = Object.keys(without).filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`host.json excludes what is no program: ${unknown.join(", ")}`);
  return all.filter((name) => !Object.hasOwn(without, name));
}

/** The module that the programs are reached through: `{ sync, async, … }`. */
export function programsModule(programs: readonly string[]): string {
  const names = programs.map((file) => ({ file, key: file.replace(/\.tsx?$/, "") }));
  const imports = names.map(({ file }, index) => `import program${index} from "./${file}";\n`);
  const entries = names.map(({ key }, index) => `  ${JSON.stringify(key)}: program${index},\n`);
  return `import type { Program } from "./log.ts";
${imports.join("")}
export const programs: Readonly<Record<string, Program>> = {
${entries.join("")}};
`;
}
