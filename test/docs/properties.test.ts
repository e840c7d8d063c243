import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/properties.md"), "utf8");
const rows = [...page.matchAll(/^- \*\*(\d+)\*\* (.*)$/gm)].map(([, number, text]) => ({
  number: Number(number),
  tests: [...text!.matchAll(/`((?:test|fixtures)\/[^`]+)`/g)].map(([, path]) => path!),
}));
const held = new Set(rows.map(({ number }) => number));

/** The numbers that a text cites: "property 22", "properties 10, 11 and 14". */
function cited(text: string): number[] {
  return [...text.matchAll(/\bpropert(?:y|ies) ((?:\d+(?:, | and )?)+)/g)].flatMap(([, numbers]) =>
    numbers!.match(/\d+/g)!.map(Number),
  );
}

describe("docs/properties.md", () => {
  it("names for each property tests that are there", () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(rows.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("has every property that is cited", () => {
    const sources = ["runtime", "transformer", "test", "fixtures", "docs", "cli", "editor"].flatMap(
      (folder) =>
        readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && /\.(ts|md)$/.test(entry.name))
          .map((entry) => join(entry.parentPath, entry.name)),
    );
    const unknown = sources.flatMap((file) =>
      cited(readFileSync(file, "utf8"))
        .filter((number) => !held.has(number))
        .map((number) => `${file}: ${number}`),
    );
    expect(unknown).toEqual([]);
  });
});
