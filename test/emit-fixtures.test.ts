import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, compilers } from "./harness/compile.ts";
import { expectFile } from "./harness/expect-file.ts";
import { showSourceMap } from "./harness/show-source-map.ts";

const root = join(import.meta.dirname, "../fixtures/emit");

describe("fixtures/emit", () => {
  it.each(readdirSync(root))("%s", (name) => {
    const input = readFileSync(join(root, name, "input.ts"), "utf8");
    const lowering = /^\/\/ lowering: (\w+)/.exec(input)?.[1] === "inline" ? "inline" : "program";
    const emit = (compiler: typeof ts) =>
      compile(input, { compiler, lowering, compilerOptions: { module: ts.ModuleKind.ESNext } });
    const { code, map, diagnostics } = emit(ts);
    expect(diagnostics).toEqual([]);

    const output = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    const text = [
      "## Output",
      "```js\n" + output.trimEnd() + "\n```",
      "## Source map",
      "```\n" + showSourceMap(output.trimEnd(), map!, input) + "\n```",
    ].join("\n\n");
    expectFile(join(root, name, "expect.md"), `${text}\n`);
    expect(emit(compilers["TypeScript 5.9"]).code).toBe(code);
  });
});
