import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../harness/compile.ts";
import { typeErrorsIn } from "./type-errors-in.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!);

describe("README.md", () => {
  it("shows how to install and to set it up within the first 60 lines", () => {
    const start = readme.split("\n").slice(0, 60).join("\n");
    for (const each of ["npm install ts-raii", "npx ts-raii init", '"use raii"', "npx ts-raii doctor"])
      expect(start).toContain(each);
  });

  it("shows annotated functions", () =>
    expect(blocks.filter((block) => block.includes("use raii")).length).toBeGreaterThan(4));

  it.each(blocks)("block %# compiles without a finding", (block) => {
    const { code, diagnostics } = compile(block);
    expect(diagnostics).toEqual([]);
    expect(code).not.toContain("raii(");
  });

  it("every block type-checks, with the imports that it shows", () => {
    expect(typeErrorsIn(blocks)).toEqual([]);
  });
});
