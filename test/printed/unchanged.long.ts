import { describe, expect, it } from "vitest";
import { lowerSourceFile } from "../../transformer/2-lower/lower-source-file.ts";
import { analyzeFile } from "../../transformer/analyze-file.ts";
import type { transformSourceFile } from "../../transformer/transform-source-file.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, readFixture } from "../harness/exec-fixtures.ts";

/** The transform, which visits every statement: also those of which the analysis says that they stay as they are. */
const visitAll: typeof transformSourceFile = ({ tsInstance, context, options }, sourceFile) => {
  const compilerOptions = context.getCompilerOptions();
  const { plan } = analyzeFile({ tsInstance, sourceFile, options, compilerOptions }).analysis ?? {};
  if (plan === undefined) return sourceFile;
  return lowerSourceFile(tsInstance, context, sourceFile, { ...plan, unchanged: new Set() });
};

describe.each(lowerings)("statements that the lowering does not visit, %s lowering", (lowering) => {
  it.each(execFixtures)("%s", (fileName) => {
    const source = readFixture(fileName);
    const options = { fileName, lowering, compilerOptions: { sourceMap: false, ...optionsIn(source) } };
    expect(compile(source, options).code).toBe(
      compile(source, { ...options, transformSourceFile: visitAll }).code,
    );
  });
});
