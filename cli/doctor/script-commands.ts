/** A command that a script of a package.json runs. */
export interface ScriptCommand {
  readonly program: string;
  readonly args: readonly string[];
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

const compilers = new Set(["tsc", "tspc", "tsgo", "vue-tsc"]);

/** Their arguments are no commands. */
const takesNone = new Set([...compilers, "run", "echo"]);

/** Splits a script into the commands it runs. What a shell makes of it beyond that is not followed. */
export function commandsOf(script: string): readonly ScriptCommand[] {
  return script.split(/&&|\|\||[;|&\n]/).flatMap((part) => {
    // Quotes also hold commands, for runners of several: concurrently "tsc -w" "node ."
    const words = part.replace(/["']/g, " ").trim().split(/\s+/);
    const at = words.findIndex((word) => !runners.has(word) && !/^\w+=/.test(word) && !/^-/.test(word));
    if (at < 0 || words[at] === "") return [];
    const command = { program: programName(words[at]!), args: words.slice(at + 1) };
    return [command, ...nested(command)];
  });
}

/** The compilers that a program is told to run. */
function nested({ program, args }: ScriptCommand): readonly ScriptCommand[] {
  if (takesNone.has(program)) return [];
  return args.flatMap((word, at) =>
    compilers.has(programName(word)) ? [{ program: programName(word), args: args.slice(at + 1) }] : [],
  );
}

/** `node_modules/.bin/tsc` and `node_modules/typescript/bin/tsc` are `tsc`. */
function programName(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? word).replace(/\.(?:[cm]?js|cmd|exe)$/, "");
}
