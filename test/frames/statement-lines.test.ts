import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, readFixture } from "../harness/exec-fixtures.ts";
import { measureStatementLines } from "./statement-lines.ts";

const root = join(import.meta.dirname, "../..");

function readFolder(path: string): string[] {
  const names = readdirSync(join(root, path), { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  return sources.map((name) => readFileSync(join(root, path, name), "utf8"));
}

const sets: Record<string, readonly string[]> = {
  "fixtures/exec": execFixtures.map(readFixture),
  "the code that the rules are tried on": readFolder("fixtures/corpus"),
  "the examples": readFolder("examples"),
  "the cases of the benchmark": readFolder("bench/cases"),
};

/** The shares of the statements of annotated functions. */
const least: Record<Lowering, { mapped: number; inOrder: number }> = {
  inline: { mapped: 0.99, inOrder: 0.99 },
  // The program of a function in another function is moved out of that, to be made once: it comes behind all of it.
  program: { mapped: 0.99, inOrder: 0.92 },
};

describe.each(lowerings)("statements keep their lines (property 53), %s lowering", (lowering) => {
  it.each(Object.keys(sets))("in %s", (name) => {
    let [all, mapped, inOrder] = [0, 0, 0];
    for (const source of sets[name]!) {
      const compilerOptions = { ...optionsIn(source), module: ts.ModuleKind.ESNext };
      const { code, map } = compile(source, { lowering, compilerOptions });
      const measured = measureStatementLines(source, code, map!);
      all += measured.all;
      mapped += measured.mapped;
      inOrder += measured.inOrder;
    }
    expect(all).toBeGreaterThan(50);
    const shares = { mapped: mapped / all, inOrder: inOrder / all };
    expect(shares.mapped).toBeGreaterThan(least[lowering].mapped);
    expect(shares.inOrder).toBeGreaterThan(least[lowering].inOrder);
    if (process.env.SHOW) console.log(lowering, name, all, shares);
  });
});
