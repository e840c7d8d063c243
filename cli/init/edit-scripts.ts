import type { Host } from "../project/host";
import { commandsOf, type ScriptCommand } from "../project/script-commands";
import { emitsJavaScript } from "../project/tsconfig-files";
import { changeJson, parseJson } from "./json-file";
import { propertyOf } from "./lists";
import type { Insertion, TextLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** Where something is put into a script, and what. */
type ScriptEdit = (script: string, command: ScriptCommand) => Insertion | undefined;

/** Changes the commands of scripts that start a host, or of tasks in a deno.json. The rest of the file stays as it is. */
export function editScripts(
  text: string,
  names: readonly string[],
  isOfHost: (command: ScriptCommand) => boolean,
  edit: ScriptEdit,
): string {
  const root = parseJson(text);
  const scripts = propertyOf(root, "scripts") ?? propertyOf(root, "tasks");
  if (scripts?.kind !== "object") return text;
  const insertions = names.flatMap((name) => {
    const value = propertyOf(scripts, name);
    // A task of Deno may have more than its command.
    const literal = value?.kind === "object" ? propertyOf(value, "command") : value;
    if (literal?.kind !== "text") return [];
    return commandsOf(literal.text)
      .filter(isOfHost)
      .flatMap((command) => {
        const found = edit(literal.text, command);
        return found === undefined ? [] : [{ at: placeIn(text, literal, found.at), text: found.text }];
      });
  });
  return changeJson(text, insertions);
}

/** Where a character of a JSON text stands in the file: some are escaped. */
function placeIn(text: string, { start }: TextLiteral, index: number): number {
  let at = start + 1;
  for (let passed = 0; passed < index; passed++) at += text[at] !== "\\" ? 1 : text[at + 1] === "u" ? 6 : 2;
  return at;
}

/** `tsc` becomes `tspc`. */
export const useTspc =
  (folder: string): ScriptEdit =>
  (script, command) => {
    if (command.program === "tspc" || !emitsJavaScript(command, folder)) return undefined;
    const word = script.slice(command.at, command.end);
    if (word !== "tsc") throw new UnknownShape(`a script runs ${word}`);
    return { at: command.end - 1, text: "p" };
  };

/** Puts what a program is to be started with in front of its other arguments. */
export const startWith =
  ({ name }: Host, start: readonly string[]): ScriptEdit =>
  (script, command) => {
    const line = [command.program, ...command.args].join(" ");
    if (line.includes("ts-raii/register") || script.includes("--import ts-raii/register")) return undefined;
    const [program, ...flags] = start;
    if (program === command.program)
      return { at: command.end, text: ` ${flagsFor(command, flags).join(" ")}` };
    if (program!.startsWith("-")) {
      const [word] = /^\s+(?:run|test|serve)\b/.exec(script.slice(command.end)) ?? [];
      if (word === undefined)
        throw new UnknownShape(`"${line}" is none of the ways to start ${name} that are known`);
      return { at: command.end + word.length, text: ` ${start.join(" ")}` };
    }
    // `tsx app.ts` becomes `node … --import tsx app.ts`.
    const before = script.slice(0, command.at).trim().split(/\s+/).at(-1) ?? "";
    const isOwnCommand = script.slice(command.at, command.end) === start.at(-1);
    const isPlain = command.args[0] === undefined || !/^(?:watch|repl)$/.test(command.args[0]);
    if (!isOwnCommand || !isPlain || /^(?:npx|pnpx|bunx|pnpm|yarn|npm|exec|dlx|x|--)$/.test(before))
      throw new UnknownShape(`a script runs "${[before, line].join(" ").trim()}"`);
    return { at: command.at, text: `${start.slice(0, -1).join(" ")} ` };
  };

/**
 * What the command loads itself is not loaded twice: `node --import tsx`. Ours comes first: where the command requires a module,
 * ours is required, too, for Node loads what is required before what is imported.
 */
function flagsFor({ args }: ScriptCommand, flags: readonly string[]): readonly string[] {
  const isLoaded = args.some((each) => each.split("=").includes(flags.at(-1)!));
  const [flag, module] = flags;
  const isRequiring = args.some((each) => /^(?:-r|--require)(?:=|$)/.test(each));
  const own = isRequiring ? ["--require", module!] : [flag!, module!];
  return isLoaded ? own : [...own, ...flags.slice(2)];
}
