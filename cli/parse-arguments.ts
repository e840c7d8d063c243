import { UsageError } from "./usage-error";

/** An option of a command, as it is parsed and as the help shows it. */
export interface OptionEntry {
  readonly name: string;
  readonly short?: string;
  /** What stands after it; without, the option is a switch. */
  readonly value?: string;
  /** What the value may be. */
  readonly choices?: readonly string[];
  readonly help: string;
}

/** The options that were given: a text, or `true` for a switch. */
export type Arguments = ReadonlyMap<string, string | true>;

/**
 * Reads the options of a command: `--name value`, `--name=value`, `-p value`, `--switch`.
 *
 * @throws {UsageError} for what is not known, with the list of what is; for a value that is missing or not among the choices.
 */
export function parseArguments(args: readonly string[], entries: readonly OptionEntry[]): Arguments {
  const given = new Map<string, string | true>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = arg, attached] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? [];
    const entry = entries.find((each) => name === `--${each.name}` || name === `-${each.short}`);
    if (entry === undefined) throw new UsageError(unknown(name, entries));
    if (given.has(entry.name)) throw new UsageError(`${name} is given twice.`);
    if (entry.value === undefined) {
      if (attached !== undefined) throw new UsageError(`${name} takes no value.`);
      given.set(entry.name, true);
      continue;
    }
    const value = attached ?? rest.shift();
    const choices = entry.choices ?? [];
    if (value === undefined || (value.startsWith("-") && attached === undefined))
      throw new UsageError(`${name} needs a value: ${entry.value}.`);
    if (choices.length > 0 && !choices.includes(value))
      throw new UsageError(`${name} must be one of ${choices.join(", ")}; it is "${value}".`);
    given.set(entry.name, value);
  }
  return given;
}

function unknown(name: string, entries: readonly OptionEntry[]): string {
  const known = entries.map((each) => `--${each.name}`).join(", ");
  return name.startsWith("-")
    ? `The option "${name}" is not known. Known options: ${known}.`
    : `"${name}" is not expected here. Known options: ${known}; a project is given by -p.`;
}

/** The options as lines of a help text. */
export function describeOptions(entries: readonly OptionEntry[]): string {
  const lines = entries.map(({ name, short, value, help }) => {
    const form = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return `  ${form.padEnd(28)}${help}`;
  });
  return lines.join("\n");
}
