import { describe, expect, it } from "vitest";
import { measureCorpus } from "../../scripts/measure-corpus.mjs";
import { diagnostics } from "../../transformer/diagnostics/table.ts";

describe("the rules on the corpus", () => {
  const { right, wrong, missed, snippets, errors } = measureCorpus() as {
    readonly right: Record<string, string[]>;
    readonly wrong: Record<string, string[]>;
    readonly missed: Record<string, string[]>;
    readonly snippets: number;
    readonly errors: readonly string[];
  };
  const count = (kind: Record<string, string[]>) => Object.values(kind).flat().length;

  it("is large enough, compiles, and its labels are keys", () => {
    expect(snippets).toBeGreaterThanOrEqual(150);
    expect(errors).toEqual([]);
    for (const key of Object.keys({ ...right, ...missed })) expect(diagnostics).toHaveProperty([key]);
  });

  it("raises no false alarm", () => expect(wrong).toEqual({}));

  it("finds most of what is wrong", () => {
    expect(count(right) / (count(right) + count(missed))).toBeGreaterThan(0.85);
  });
});

describe("the rules on reported bugs", () => {
  const { right, wrong, missed, errors } = measureCorpus("reported") as {
    readonly right: Record<string, string[]>;
    readonly wrong: Record<string, string[]>;
    readonly missed: Record<string, string[]>;
    readonly errors: readonly string[];
  };

  it("compile, and the labels are keys, or begin with new:", () => {
    expect(errors).toEqual([]);
    for (const key of Object.keys({ ...right, ...missed }))
      if (!key.startsWith("new:")) expect(diagnostics).toHaveProperty([key]);
  });

  it("raises no false alarm", () => expect(wrong).toEqual({}));

  it("finds what it found", () => {
    const count = (kind: Record<string, string[]>) => Object.values(kind).flat().length;
    expect(count(right) / (count(right) + count(missed))).toBeGreaterThan(0.9);
  });
});
