import type { Arguments, OptionEntry } from "./parse-arguments";

/** A command of `ts-raii`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What else its help says. */
  readonly details: string;
  /** What can stand beside the options, as the help shows it; without, nothing can. */
  readonly operands?: string;
  readonly options: readonly OptionEntry[];
  /**
   * @returns the exit code.
   * @throws {UsageError} when the command line or the configuration is wrong.
   */
  run(call: Call): number | Promise<number>;
}

/** A call of a command. */
export interface Call {
  readonly args: Arguments;
  readonly operands: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether a person reads what is written. */
  readonly isTerminal: boolean;
  /** To standard output. */
  readonly write: (text: string) => void;
  /** To standard error: what is not part of the result. */
  readonly note: (text: string) => void;
}
