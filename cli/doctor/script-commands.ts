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
  "bun",
  "exec",
  "dlx",
  "x",
  "--",
  "cross-env",
  "env",
  "dotenv",
]);

/** Splits a script into the commands it runs. What a shell makes of it beyond that is not followed. */
export function commandsOf(script: string): readonly ScriptCommand[] {
  return script.split(/&&|\|\||[;|&\n]/).flatMap((part) => {
    // Quotes also hold commands, for runners of several: concurrently "tsc -w" "node ."
    const words = part.replace(/["']/g, " ").trim().split(/\s+/);
    const at = words.findIndex((word) => !runners.has(word) && !/^\w+=/.test(word) && !/^-/.test(word));
    const program = words[at];
    if (program === undefined || program === "") return [];
    return [{ program: programName(program), args: words.slice(at + 1) }, ...nested(words.slice(at + 1))];
  });
}

/** The compilers among the arguments of a program that runs others. */
function nested(words: readonly string[]): readonly ScriptCommand[] {
  return words.flatMap((word, at) =>
    compilers.has(word) ? [{ program: programName(word), args: words.slice(at + 1) }] : [],
  );
}

const compilers = new Set(["tsc", "tspc", "tsgo", "vue-tsc"]);

/** `node_modules/.bin/tsc` and `node_modules/typescript/bin/tsc` are `tsc`. */
function programName(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? word).replace(/\.(?:[cm]?js|cmd|exe)$/, "");
}
