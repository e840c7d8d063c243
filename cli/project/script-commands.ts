/** A command that a script of a package.json runs. */
export interface ScriptCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Where the word stands in the script that names the program. */
  readonly at: number;
  readonly end: number;
}

/** What may stand before the program, and runs it. */
const runners = new Set([
  "npx",
  "pnpx",
  "bunx",
  "pnpm",
  "yarn",
  "npm",
  "exec",
  "dlx",
  "x",
  "--",
  "cross-env",
  "env",
  "dotenv",
]);

/** Whether an argument names a TypeScript file, or several by a pattern. */
export const isTypeScriptFile = (argument: string): boolean => /\.[cm]?tsx?$/.test(argument);

const compilers = new Set(["tsc", "tspc", "tsgo", "vue-tsc"]);

/** Their arguments are no commands. */
const takesNone = new Set([...compilers, "run", "echo"]);

/** Splits a script into the commands it runs. What a shell makes of it beyond that is not followed. */
export function commandsOf(script: string): readonly ScriptCommand[] {
  // Values of variables are no words of commands. What stands behind stays where it is.
  const text = script.replace(/\b\w+=("[^"]*"|'[^']*')/g, (all) => all.replace(/[^=\w]|\s/g, "_"));
  return [...text.matchAll(/[^&|;\n]+/g)].flatMap((part) => {
    // Quotes also hold commands, for runners of several: concurrently "tsc -w" "node ."
    const words = [...part[0].matchAll(/[^\s"']+/g)].map((match) => ({
      text: match[0],
      at: part.index + match.index,
    }));
    const first = words.findIndex(
      ({ text: word }) => !runners.has(word) && !/^\w+=/.test(word) && !/^-/.test(word),
    );
    if (first < 0) return [];
    const command = commandAt(words, first);
    return [command, ...nested(command, words.slice(first + 1))];
  });
}

interface Word {
  readonly text: string;
  readonly at: number;
}

function commandAt(words: readonly Word[], index: number): ScriptCommand {
  const { text, at } = words[index]!;
  return {
    program: programName(text),
    args: words.slice(index + 1).map((each) => each.text),
    at,
    end: at + text.length,
  };
}

/** The compilers that a program is told to run. */
function nested({ program }: ScriptCommand, words: readonly Word[]): readonly ScriptCommand[] {
  if (takesNone.has(program)) return [];
  return words.flatMap(({ text }, index) =>
    compilers.has(programName(text)) ? [commandAt(words, index)] : [],
  );
}

/** `node_modules/.bin/tsc` and `node_modules/typescript/bin/tsc` are `tsc`. */
function programName(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? word).replace(/\.(?:[cm]?js|cmd|exe)$/, "");
}
