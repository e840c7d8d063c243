import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { compile, compilers, lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";
import { canonical, compilerOptions } from "./canonical.ts";

/*
 * The text that `transform` gives is the program that the transformer gives, once its types are gone.
 */

const root = join(import.meta.dirname, "../../fixtures");
const files = ["exec", "emit", "coverage"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[jt]sx?$/.test(path) && !path.endsWith(".d.ts"))
    .map((path) => join(folder, path)),
);

describe.each(lowerings)("the %s lowering", (lowering) => {
  it.each(sample(files, 14))("%s", (path) => {
    const source = readFileSync(join(root, path), "utf8");
    const result = transform(source, path, { lowering, typescript: ts, onDiagnostic() {} });
    const byTransformer = compile(source, {
      fileName: path,
      lowering,
      keepsLines: true,
      compilerOptions,
    }).code;
    expect(canonical(result?.code ?? source, path)).toBe(canonical(byTransformer, path));
  });
});

it("TypeScript 5.9 gives the same text", () => {
  for (const path of sample(files, 16)) {
    const source = readFileSync(join(root, path), "utf8");
    const [six, five] = Object.values(compilers).map((typescript) =>
      transform(source, path, { typescript, onDiagnostic() {} }),
    );
    expect(five).toEqual(six);
  }
});
