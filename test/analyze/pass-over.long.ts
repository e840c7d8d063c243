import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../source/index.ts";
import { lowerings } from "../harness/compile.ts";

/** What `transform` gives and tells, but for what stands on the last line. */
function compiled(text: string, name: string, lowering: "program" | "inline"): unknown {
  const told: unknown[] = [];
  const result = transform(text, `/src/${name}`, {
    lowering,
    typescript: ts,
    onDiagnostic: ({ frame: _, ...each }) => void told.push(each),
  });
  return {
    code: result?.code.replace(/\n[^\n]*$/, ""),
    mappings: result?.map.mappings.replace(/;[^;]*$/, ""),
    told,
  };
}

describe("to pass over the rest changes nothing", () => {
  const root = new URL("../../fixtures/", import.meta.url);
  const fixtures = ["exec", "emit", "error"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/(?:^|[/\\])(?:out|expected)/.test(path))
      .map((path) => `${folder}/${path}`),
  );

  it.each(lowerings)("%s: every fixture, against one in which nothing is passed over", (lowering) => {
    let count = 0;
    for (const path of fixtures) {
      const text = `${readFileSync(new URL(path, root), "utf8").replace(/\n$/, "")}\n// `;
      const passedOver = compiled(`${text}.`, path, lowering);
      expect(passedOver, path).toEqual(compiled(`${text}\\u`, path, lowering));
      if ((passedOver as { mappings?: string }).mappings !== undefined) count++;
    }
    expect(count).toBeGreaterThan(100);
  });
});
