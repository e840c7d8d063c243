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

describe.each(["program", "inline"] as const)("source maps (property 53), %s lowering", (lowering) => {
  const { code, map } = compile(source, { lowering });
  const trace = new TraceMap(map!);
  const lines = code.split("\n");

  it.each([
    ["const first", lowering === "inline" ? "let handle_1 = " : "const first = "],
    ["const inner", lowering === "inline" ? "let handle_2 = " : "const inner = "],
    ['throw new Error("line 9")', "throw new Error"],
    ['return "done"', 'return "done"'],
  ])("a breakpoint on the line of `%s` is set in what runs it", (original, generated) => {
    const { line } = generatedPositionFor(trace, {
      source: "input.ts",
      line: lineOf(original),
      column: columnOf(original),
    });
    expect(lines[line! - 1]).toContain(generated);
  });

  it("the release of a block points to its closing brace", () => {
    const [before, method] =
      lowering === "inline" ? ["while (dispose_2.", "apply(held_2)"] : ["while (scope_1.", "exit()"];
    // A stack frame of a call stands at the method's name.
    const index = lines.findIndex((text) => text.endsWith(before)) + 1;
    const column = lines[index]!.indexOf(method);
    expect(column).toBeGreaterThan(0);
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

  it("every stack frame of a function has a place in it", () => {
    let stack = "";
    try {
      evaluate(code, "work.js").work(true);
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const frames = [...stack.matchAll(/at (?:\w+\.)?(\w+) .*?work\.js:(\d+):(\d+)\)/g)].map(
      ([, name, line, column]) => {
        const { line: original } = originalPositionFor(trace, {
          line: Number(line),
          column: Number(column) - 1,
        });
        return `${name}:${original}`;
      },
    );
    const thrown = lineOf('throw new Error("line 9")');
    const called = lineOf("export function work"); // what runs the program stands where the function begins
    expect(frames).toEqual(
      lowering === "program" ? [`work_program:${thrown}`, `work:${called}`] : [`work:${thrown}`],
    );
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
    const covered = new Set<number>();
    const uncovered = new Set<number>();
    let offset = prefix;
    lines.forEach((text, index) => {
      const at = offset + text.search(/\S|$/);
      const innermost = ranges
        .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
        .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))[0];
      const original = originalPositionFor(trace, { line: index + 1, column: text.search(/\S|$/) }).line;
      if (original !== null && text.trim() !== "}")
        (innermost?.count === 0 ? uncovered : covered).add(original);
      offset += text.length + 1;
    });
    const inFunctions = [...uncovered].filter((line) => !covered.has(line));
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

describe.each(["program", "inline"] as const)("stack traces of async functions, %s lowering", (lowering) => {
  const source = `import { raii } from "ts-raii";
export async function outer() {
  "use raii";
  const first = await raii({ async [Symbol.asyncDispose]() {} });
  await later();
  return await inner();
}
async function inner() {
  "use raii";
  raii(null);
  await later();
  throw new Error("line 12");
}
const later = () => new Promise((resolve) => setImmediate(resolve));
`;
  const { code, map } = compile(source, { lowering, fileName: "async.ts" });
  const trace = new TraceMap(map!);

  it("have the function that was awaiting, at its await, and the line that threw", async () => {
    const error = await evaluate(code, "async.js")
      .outer()
      .catch((thrown: unknown) => thrown);
    const frames = [
      ...(error as Error).stack!.matchAll(/at (async )?(?:\w+\.)?(\w+) \(async\.js:(\d+):(\d+)\)/g),
    ];
    const positions = frames.map(([, isAsync = "", name, line, column]) => {
      const original = originalPositionFor(trace, { line: Number(line), column: Number(column) - 1 });
      return `${isAsync}${name!.replace("_program", "")}:${original.line}`;
    });
    expect(positions[0]).toBe("inner:12");
    expect(positions.at(-1)).toBe("async outer:6");
  });
});
