import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";

/**
 * Makes a source map visible: under each line of the output, what its parts point to in the input, so that a change of
 * the mapping shows in a review.
 */
export function showSourceMap(output: string, map: string, input: string): string {
  const inputLines = input.split("\n");
  const marks = new Map<number, { column: number; line: number; originalColumn: number }[]>();
  eachMapping(new TraceMap(map), ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
    if (originalLine === null || originalColumn === null) return;
    const list = marks.get(generatedLine) ?? [];
    list.push({ column: generatedColumn, line: originalLine, originalColumn });
    marks.set(generatedLine, list);
  });

  const shown: string[] = [];
  output.split("\n").forEach((text, index) => {
    if (text.startsWith("//# sourceMappingURL")) return;
    shown.push(text);
    const list = marks.get(index + 1) ?? [];
    list.forEach(({ column, line, originalColumn }, place) => {
      const part = text.slice(column, list[place + 1]?.column).trim();
      if (part === "") return;
      const original = inputLines[line - 1]!.slice(originalColumn, originalColumn + 30).trimEnd();
      shown.push(
        `${" ".repeat(column)}^ ${JSON.stringify(part)} <- ${line}:${originalColumn + 1} ${original}`,
      );
    });
  });
  return shown.join("\n");
}
