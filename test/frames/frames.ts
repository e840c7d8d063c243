import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A frame of a stack trace. */
interface Frame {
  /** Without the type before it and the `[as …]` behind it. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The frames of a stack trace; those without a place are left out. */
export function parseStack(stack: string): Frame[] {
  // Node 20 has symbols of its own.
  const frames = stack
    .replaceAll("nodejs.", "Symbol.")
    .matchAll(/^ {4}at (?:(.*) \()?(\S*?):(\d+):(\d+)\)?$/gm);
  return [...frames].map(([, name = "", file, line, column]) => ({
    name: name
      .replace(/^async /, "")
      .replace(/ \[as .*]$/, "")
      .replace(/^(?:[\w$]+\.)+(?=[\w$#[])/, ""),
    file: file!,
    line: Number(line),
    column: Number(column),
  }));
}

/** Gives the frames their places in the sources. @param mapOf gives `undefined` for a file whose frames are left out. */
export function mapFrames(
  frames: readonly Frame[],
  mapOf: (file: string) => TraceMap | "as it is" | undefined,
): Frame[] {
  return frames.flatMap((frame) => {
    const trace = mapOf(frame.file);
    if (trace === undefined) return [];
    if (trace === "as it is") return [frame];
    const { line, column } = originalPositionFor(trace, { line: frame.line, column: frame.column - 1 });
    return [{ ...frame, line: line ?? 0, column: (column ?? -1) + 1 }];
  });
}

/**
 * The frames as they are compared: `load 5:3`. That of a program and that of its function after it are one:
 * V8 shows both, the latter where the function begins.
 */
export function show(frames: readonly Frame[]): string[] {
  const shown: string[] = [];
  for (let i = 0; i < frames.length; i++) {
    const { name, line, column } = frames[i]!;
    const next = frames[i + 1]?.name ?? "";
    const base = name.replace("#", "").replace(/_program(_\d+)?$/, "");
    const isProgram = base !== name.replace("#", "");
    if (isProgram && next.replace("#", "") === base) i++;
    shown.push(`${isProgram ? next : name} ${line}:${column}`);
  }
  return shown;
}
