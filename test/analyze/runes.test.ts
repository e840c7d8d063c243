import ts from "typescript";
import { expect, it } from "vitest";
import { compile } from "../harness/compile.ts";

// Svelte makes `$.get(double)` of each place that reads `double`. A program that is handed its value would read it once.
it.each([
  ["$derived(count * 2)", false],
  ["$derived.by(() => count * 2)", false],
  ["$state(1)", false],
  ["$state.raw(1)", false],
  ["derived(count * 2)", true],
  ["1", true],
])("a name that is %s is handed to a program: %s", (initializer, isHanded) => {
  const { code } = compile(
    `import { raii } from "ts-raii";
export function counter(count: number) {
  const double = ${initializer};
  return async () => {
    "use raii";
    await raii(open());
    return double;
  };
}`,
    { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext } },
  );
  expect(/_program\(double\)/.test(code)).toBe(isHanded);
});
