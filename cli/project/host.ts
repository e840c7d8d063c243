import type { ScriptCommand } from "./script-commands";

/** A tool that builds or runs TypeScript, and how it comes to ts-raii. */
export interface Host {
  /** Stable, for `--format json` and the like. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The packages that a package.json asks for where the tool may be in use. */
  readonly packages: readonly string[];
  /** Its configuration. */
  readonly config?: HostConfig;
  /** Whether a command of a script starts it. */
  readonly isStartedBy?: (command: ScriptCommand) => boolean;
  /** The hosts that need nothing of their own where this one has its configuration: it compiles for them. */
  readonly replaces?: readonly string[];
  /** The host whose configuration it reads when it has none of its own. */
  readonly fallback?: string;
  readonly setup: Setup;
  /** What a configuration or a script contains when the host is set up. */
  readonly isSetUp: RegExp;
  /** It writes the entry for the editor into the tsconfig.json files that it generates. */
  readonly writesEntry?: true;
  /** Needs ts-patch, and TypeScript under its own name. Other hosts are content with any TypeScript 5.9 or 6. */
  readonly needsTsPatch?: true;
}

/** The file that configures a host. */
export interface HostConfig {
  /** What the file is called. */
  readonly name: RegExp;
  /** What the text must contain: for files whose name alone does not tell. */
  readonly contains?: RegExp;
  /** It may also be a file that a script starts: `node scripts/build.mjs`. */
  readonly isStarted?: true;
  /** The property of package.json that has the same content. */
  readonly packageKey?: string;
  /** It stands in a folder around the package, for packages that have this file. */
  readonly isAroundOf?: string;
  /** A file that can be made where there is none, and configures nothing. */
  readonly created?: { readonly name: string; readonly text: string };
}

/** What makes a host run ts-raii. */
export type Setup =
  | PluginSetup
  | ListSetup
  | WrapSetup
  | JestSetup
  | OptionSetup
  | LoaderSetup
  | ScriptSetup
  | PreloadSetup
  | TargetSetup
  | NxPluginSetup
  | CompilerSetup;

/** A call at the beginning of a list of plugins. */
export interface PluginSetup {
  readonly kind: "plugin";
  /** What is imported by default, as `raii`. */
  readonly from: string;
  /** The property that lists the plugins, from the root of the configuration: `["vite", "plugins"]`. */
  readonly list: readonly string[];
  /** The function that is called with the configuration, where no value is exported: `build` of esbuild. */
  readonly functions?: readonly string[];
}

/** A text at the beginning of a list, in a configuration that is code or JSON. */
export interface ListSetup {
  readonly kind: "list";
  readonly list: readonly string[];
  readonly value: string;
}

/** A call around the whole configuration. */
export interface WrapSetup {
  readonly kind: "wrap";
  readonly from: string;
}

/** `ts-raii/jest` around each transformer of Jest. */
export interface JestSetup {
  readonly kind: "jest";
}

/** A property of the options that a function of another package is called with. */
export interface OptionSetup {
  readonly kind: "option";
  /** The package whose default export is called. */
  readonly of: string;
  readonly property: string;
  readonly value: string;
  readonly from: string;
}

/** A property of the options of a webpack loader. */
export interface LoaderSetup {
  readonly kind: "loader";
  readonly loader: string;
  readonly property: string;
  readonly value: string;
  readonly from: string;
}

/** Arguments in the scripts that start the host. */
export interface ScriptSetup {
  readonly kind: "script";
  /** The program, and the arguments that stand directly behind it. */
  readonly start: readonly string[];
}

/** A module that Bun loads before the program, in bunfig.toml. */
export interface PreloadSetup {
  readonly kind: "preload";
  readonly module: string;
}

/** A text in the list of each target of an Nx project that an executor runs. */
export interface TargetSetup {
  readonly kind: "target";
  readonly executors: RegExp;
  readonly list: readonly string[];
  readonly value: string;
}

/** An option of a plugin in nx.json. */
export interface NxPluginSetup {
  readonly kind: "nx-plugin";
  readonly plugin: string;
  readonly option: string;
  readonly value: string;
}

/** The entry in tsconfig.json, and `tspc` in place of `tsc`. */
export interface CompilerSetup {
  readonly kind: "compiler";
  /** What else tsconfig.json is to have: `"ts-node": { "compiler": … }`. */
  readonly section?: { readonly name: string; readonly compiler: string };
}
