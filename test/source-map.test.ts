import inspector from "node:inspector";
import { generatedPositionFor, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, it } from "vitest";
import { compile } from "./harness/compile.ts";
import { evaluate } from "./harness/evaluate.ts";

const source = `import { raii } from "ts-raii";

export function work(fails: boolean): string {
  "use raii";
  const first = raii({ [Symbol.dispose]() {} });
  for (const name of ["a"]) {
    const inner = raii({ [Symbol.dispose]() {} });
    if (fails) {
      throw new Error("line 9");
    }
  }
  return "done";
}

export function neverCalled(): void {
  "use raii";
  raii(null);
}
`;
const lineOf = (text: string): number => source.slice(0, source.indexOf(text)).split("\n").length;
const columnOf = (text: string): number => source.split("\n")[lineOf(text) - 1]!.indexOf(text);

describe("source maps (property 53)", () => {
  const { code, map } = compile(source);
  const trace = new TraceMap(map!);
  const lines = code.split("\n");

  it.each([
    ["const first", "const first = yield"],
    ["const inner", "const inner = yield"],
    ['throw new Error("line 9")', "throw new Error"],
    ['return "done"', 'return "done"'],
  ])("a breakpoint on the line of `%s` is set in the program", (original, generated) => {
    const { line } = generatedPositionFor(trace, {
      source: "input.ts",
      line: lineOf(original),
      column: columnOf(original),
    });
    expect(lines[line! - 1]).toContain(generated);
  });

  it("the release of a block points to its closing brace", () => {
    const index = lines.findIndex((text) => text.includes(".exit()"));
    const column = lines[index]!.indexOf("scope_1.exit");
    expect(originalPositionFor(trace, { line: index + 1, column }).line).toBe(lineOf('  return "done"') - 1);
  });

  it("a stack frame points to the line that threw", () => {
    let stack = "";
    try {
      evaluate(code, "work.js").work(true);
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const [, line, column] = /work\.js:(\d+):(\d+)/.exec(stack)!;
    // evaluate() puts the module on the line where its own wrapper begins
    const original = originalPositionFor(trace, { line: Number(line), column: Number(column) - 1 });
    expect(original.line).toBe(lineOf('throw new Error("line 9")'));
  });

  it("coverage of what ran and what did not is that of the original lines", () => {
    const session = new inspector.Session();
    session.connect();
    let ranges: { startOffset: number; endOffset: number; count: number }[] = [];
    session.post("Profiler.enable");
    session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    evaluate(code, "coverage-of-work.js").work(false);
    session.post("Profiler.takePreciseCoverage", (_, { result }) => {
      const script = result.find(({ url }) => url.includes("coverage-of-work.js"))!;
      ranges = script.functions.flatMap(({ ranges }) => ranges);
    });
    session.disconnect();

    const prefix = "(function (exports, require, module) { ".length;
    const uncovered = new Set<number>();
    let offset = prefix;
    lines.forEach((text, index) => {
      const at = offset + text.search(/\S|$/);
      const innermost = ranges
        .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
        .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))[0];
      const original = originalPositionFor(trace, { line: index + 1, column: text.search(/\S|$/) }).line;
      if (innermost?.count === 0 && original !== null && text.trim() !== "}") uncovered.add(original);
      offset += text.length + 1;
    });
    const inFunctions = [...uncovered].sort((a, b) => a - b);
    expect(inFunctions).toContain(lineOf('throw new Error("line 9")'));
    expect(inFunctions).toContain(lineOf("raii(null)"));
    for (const text of [
      "const first",
      "const inner",
      "if (fails)",
      'return "done"',
      "export function work",
    ]) {
      expect(inFunctions).not.toContain(lineOf(text));
    }
  });
});
