/** What sets a host up in the configuration of a fixture, and what stands there without it. */
const removals: readonly (readonly [RegExp, string])[] = [
  [/^import raii from "ts-raii\/[^"]*";\n\n?/m, ""],
  [/^\/\/ The programs hand out a handle on purpose\.\nconst options = .*\n\n/m, ""],
  [/^ *\/\/ (?:use with: .*|end)\n/gm, ""],
  [/\braii\(\)(?:, )?/, ""],
  [/\["ts-raii\/jest", \{ wrap: ("[^"]*"|\[[^\]]*\]) \}\]/, "$1"],
  [/^ *getCustomTransformers: .*\n/m, ""],
  [/typescript\(\{ transformers: .* \}\),/, "typescript(),"],
  [/\["ts-jest", \{ astTransformers: \{ before: \["ts-raii\/transformer"\] \} \}\]/, '"ts-jest"'],
];

/** The configuration of a fixture without ts-raii: what a project has before it is set up. */
export function withoutRaii(text: string): string {
  return removals.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
