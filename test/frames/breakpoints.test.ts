import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compile } from "../harness/compile.ts";
import { parameters } from "../harness/sample.ts";
import { bodies, print } from "./arbitrary-body.ts";

/**
 * The line of the output where debuggers set a breakpoint on each line of the source: that of its first place; where two
 * pieces of code have that place, that of the first piece.
 */
function linesOfBreakpoints(map: string): Map<number, number> {
  const found = new Map<number, { column: number; generated: number }>();
  eachMapping(new TraceMap(map), ({ originalLine, originalColumn, generatedLine }) => {
    if (originalLine === null) return;
    const before = found.get(originalLine);
    if (before === undefined || originalColumn < before.column)
      found.set(originalLine, { column: originalColumn, generated: generatedLine });
  });
  return new Map([...found].map(([line, { generated }]) => [line, generated]));
}

it("a breakpoint on a line of an async function is set in its program, where the variables are", () => {
  let found = 0;
  fc.assert(
    fc.property(bodies, (body) => {
      const source = `import { raii } from "ts-raii";${print(body).annotated}`;
      const { code, map } = compile(source, { lowering: "program" });
      const output = code.split("\n");
      for (const [line, generated] of linesOfBreakpoints(map!)) {
        const text = source.split("\n")[line - 1]!;
        if (!text.startsWith("  ") || /^ *}/.test(text)) continue; // the functions themselves, and braces
        found++;
        expect(output[generated - 1], `${text} in\n${code}`).not.toContain("driver_");
      }
    }),
    parameters(1),
  );
  expect(found).toBeGreaterThan(500);
});
