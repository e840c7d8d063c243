/** How much of what a terminal can show is asked for. */
export interface Terminal {
  /** Code frames, and a summary at the end; otherwise one line for each finding, which tools can read. */
  readonly isPretty: boolean;
  readonly hasColors: boolean;
}

/**
 * Decides as `tsc` does: pretty on a terminal, or where FORCE_COLOR asks for it. NO_COLOR takes the colours and
 * leaves the frames.
 *
 * @param wish `--pretty` or `--no-pretty`, if either is given.
 */
export function terminalOf(
  env: NodeJS.ProcessEnv,
  isTerminal: boolean,
  wish: boolean | undefined = undefined,
): Terminal {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  const isForced = isSet("FORCE_COLOR") && env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  const isForbidden = isSet("NO_COLOR") || (isSet("FORCE_COLOR") && !isForced);
  return {
    isPretty: wish ?? (isTerminal || isForced),
    hasColors: !isForbidden && (isTerminal || isForced),
  };
}

const colors = { red: 91, yellow: 93, green: 92, grey: 90, bold: 1 } as const;

/** Colours a text, where there are colours. */
export function paint(terminal: Terminal, color: keyof typeof colors, text: string): string {
  return terminal.hasColors ? `\u001b[${colors[color]}m${text}\u001b[0m` : text;
}
