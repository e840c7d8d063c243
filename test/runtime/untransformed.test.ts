import { describe, expect, it } from "vitest";
import { raii, UntransformedError } from "../../runtime/index.ts";
import { thrownBy } from "./traced.ts";

describe("raii() in code that was not compiled", () => {
  it("property 51: throws an error that names the cause and the fix", () => {
    const { error } = thrownBy(() => raii({ [Symbol.dispose]() {} }));
    expect(error).toBeInstanceOf(UntransformedError);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toBe("UntransformedError");
    for (const part of ["use raii", "ts-raii/vite", "tspc", "ts-patch", "TypeScript 7", "run("]) {
      expect((error as Error).message).toContain(part);
    }
  });

  it("property 51: also in a function with the directive", () => {
    function annotated() {
      "use raii";
      return raii({ [Symbol.dispose]: () => expect.fail("it was never acquired") });
    }
    expect(annotated).toThrow(UntransformedError);
  });

  it("property 51: whatever it is given, nothing included", () => {
    for (const value of [null, undefined, 1]) {
      expect(() => raii(value as null)).toThrow(UntransformedError);
      expect(() => raii.function(value as null)).toThrow(UntransformedError);
    }
  });
});
