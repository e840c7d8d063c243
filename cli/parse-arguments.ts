import { parseArgs } from "node:util";
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
 * @param operands takes what stands beside the options; without it that is refused.
 * @throws {UsageError} for what is not known, with the list of what is; for a value that is missing or not among the choices.
 */
export function parseArguments(
  args: readonly string[],
  entries: readonly OptionEntry[],
  operands?: string[],
): Arguments {
  const options = Object.fromEntries(
    entries.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? "boolean" : "string", ...(short !== undefined && { short }) } as const,
    ]),
  );
  // Not strict: the errors of Node do not list what is known.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<string, string | true>();
  for (const token of tokens) {
    if (operands !== undefined && token.kind !== "option") {
      if (token.kind === "positional") operands.push(token.value);
      continue;
    }
    if (token.kind !== "option")
      throw new UsageError(unknown(token.kind === "positional" ? token.value : "--", entries));
    const { name, rawName, value, inlineValue } = token;
    const entry = entries.find((each) => each.name === name);
    if (entry === undefined) throw new UsageError(unknown(rawName, entries));
    if (given.has(name)) throw new UsageError(`${rawName} is given twice.`);
    given.set(name, valueOf(entry, rawName, value, inlineValue === true));
  }
  return given;
}

/** The value of an option that is given. @param isAttached by `=`. */
function valueOf(
  { value: what, choices = [] }: OptionEntry,
  rawName: string,
  value: string | undefined,
  isAttached: boolean,
): string | true {
  if (what === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    return true;
  }
  if (value === undefined || (value.startsWith("-") && !isAttached))
    throw new UsageError(`${rawName} needs a value: ${what}.`);
  if (choices.length > 0 && !choices.includes(value))
    throw new UsageError(`${rawName} must be one of ${choices.join(", ")}; it is "${value}".`);
  return value;
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
