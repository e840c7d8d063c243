import { describe, expect, it } from "vitest";
import { addPreload } from "../../../cli/init/edit-bunfig.ts";
import { UnknownShape } from "../../../cli/init/unknown-shape.ts";

describe("bunfig.toml", () => {
  const module = "ts-raii/register";
  it.each([
    ["", "", 'preload = ["ts-raii/register"]\n'],
    ["telemetry = false\n", "", 'preload = ["ts-raii/register"]\ntelemetry = false\n'],
    ['preload = ["./a.ts"]\n', "", 'preload = ["ts-raii/register", "./a.ts"]\n'],
    ["preload = []\n", "", 'preload = ["ts-raii/register"]\n'],
    ['[test]\npreload = ["./t.ts"]\n', "", 'preload = ["ts-raii/register"]\n[test]\npreload = ["./t.ts"]\n'],
    [
      '[test] # of tests\nroot = "."\n',
      "test",
      '[test] # of tests\npreload = ["ts-raii/register"]\nroot = "."\n',
    ],
    ["[install]\nauto = 1\n", "test", '[install]\nauto = 1\n\n[test]\npreload = ["ts-raii/register"]\n'],
  ] as const)("%j, %s", (text, table, expected) => {
    expect(addPreload(text, module, table)).toBe(expected);
  });

  it("is refused where its list is not written out", () => {
    expect(() => addPreload('preload = "./a.ts"\n', module, "")).toThrow(UnknownShape);
  });
});
