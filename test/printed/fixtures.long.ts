import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { execFixtures, readFixture } from "../harness/exec-fixtures.ts";
import { findMisprint } from "../harness/meant-tree.ts";

const compilations = Object.entries(compilers).flatMap(([version, compiler]) =>
  lowerings
    // What the older compiler prints otherwise is what stands before and behind a yield.
    .filter((lowering) => compiler === ts || lowering === "program")
    .map((lowering) => ({ version, compiler, lowering })),
);

describe.each(compilations)(
  "what is printed is the tree that was meant, $lowering lowering, $version",
  ({ compiler, lowering }) => {
    it.each(execFixtures)("%s", (path) => {
      expect(findMisprint(readFixture(path), { compiler, lowering, fileName: path })).toBeUndefined();
    });
  },
);
