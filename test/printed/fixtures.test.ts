import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { findMisprint } from "../harness/meant-tree.ts";

const root = join(import.meta.dirname, "../../fixtures");
const fixtures = ["exec", "emit", "corpus"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /(?<!\.oracle|\.d)\.tsx?$/.test(path))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
);
const compilations = Object.entries(compilers).flatMap(([version, compiler]) =>
  lowerings.map((lowering) => ({ version, compiler, lowering })),
);

describe.each(compilations)(
  "what is printed is the tree that was meant, $lowering lowering, $version",
  ({ compiler, lowering }) => {
    it.each(fixtures)("%s", (path) => {
      const source = readFileSync(join(root, path), "utf8");
      const options = { compiler, lowering, fileName: path, compilerOptions: { jsx: ts.JsxEmit.Preserve } };
      expect(findMisprint(source, options)).toBeUndefined();
    });
  },
);
