import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fix, TextEdit } from "../../transformer/diagnostics/finding.ts";
import { applyEdits, selectEdits } from "../../transformer/fixes/select-edits.ts";

const fix = (...edits: TextEdit[]): Fix => ({ id: "any", title: "any", edits });
const insert = (start: number, text: string): TextEdit => ({ start, length: 0, text });
const replace = (start: number, length: number, text: string): TextEdit => ({ start, length, text });

function fixed(text: string, ...fixes: Fix[]): { text: string; count: number } {
  const { edits, count } = selectEdits(fixes);
  return { text: applyEdits(text, edits), count };
}

describe("the fixes of a file", () => {
  it("are made together, in whatever order they come", () => {
    const [a, b] = [fix(replace(0, 3, "one")), fix(insert(4, "("), insert(7, ")"))];
    for (const fixes of [[a, b] as const, [b, a] as const])
      expect(fixed("1st 2nd", ...fixes)).toEqual({ text: "one (2nd)", count: 2 });
  });

  it("but not those that touch what another one changes", () => {
    expect(fixed("abc", fix(replace(0, 2, "x")), fix(replace(1, 2, "y")))).toEqual({ text: "xc", count: 1 });
    expect(fixed("abc", fix(insert(1, "x")), fix(insert(1, "y")))).toEqual({ text: "axbc", count: 1 });
    expect(fixed("abc", fix(replace(0, 1, "x")), fix(insert(1, "y")))).toEqual({ text: "xbc", count: 1 });
  });

  it("make an edit once that several of them need", () => {
    const [one, two] = [4, 8].map((at) => fix(insert(0, "import;"), insert(at, "!")));
    expect(fixed("aaa bbb ccc", one!, two!)).toEqual({ text: "import;aaa !bbb !ccc", count: 2 });
  });

  it("keep the order of edits of one fix at one place", () => {
    expect(fixed("ab", fix(insert(1, "x"), insert(1, "y")))).toEqual({ text: "axyb", count: 1 });
  });

  it("leave all text alone that none of them names", () => {
    const edit = fc
      .tuple(fc.nat(25), fc.nat(4), fc.constantFrom("", "X", "YZ"))
      .map(([start, length, text]) => replace(start, length, text));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const text = "abcdefghijklmnopqrstuvwxyz0123456789";
        const { edits: selected, count } = selectEdits(edits.map((each) => fix(each)));
        expect(selected.length).toBeLessThanOrEqual(count);
        const removed = selected.flatMap(({ start, length }) => [...text.slice(start, start + length)]);
        const kept = [...applyEdits(text, selected)].filter((letter) => !"XYZ".includes(letter));
        expect(kept.join("")).toBe([...text].filter((letter) => !removed.includes(letter)).join(""));
      }),
    );
  });
});
