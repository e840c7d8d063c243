import type { TransformOptions } from "../source/transform";

/** A pattern for the path of a module: a glob, seen from the working directory, or a regular expression. */
export type FilterPattern = string | RegExp | readonly (string | RegExp)[];

/** The options of each bundler's plugin. */
export interface Options extends Omit<TransformOptions, "onDiagnostic"> {
  /** The modules to compile; by default those that end as JavaScript and TypeScript do. */
  readonly include?: FilterPattern | undefined;
  /**
   * The modules to leave alone; by default those in `node_modules`. A call of `raii` in one of them fails the build, for it would
   * throw when it runs.
   */
  readonly exclude?: FilterPattern | undefined;
}

/** What a list of plugins takes, in every version of a bundler. */
export interface HostPlugin {
  readonly name: string;
  readonly [hook: string]: any;
}

/** What webpack and Rspack take. */
export interface CompilerPlugin {
  apply(compiler: any): void;
}
