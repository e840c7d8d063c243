import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addPluginEntry } from "../../../cli/init/edit-tsconfig.ts";
import { parameters } from "../../harness/sample.ts";
import { isWithInsertions } from "./evaluate.ts";
import { makePackage } from "./make-package.ts";

describe("a tsconfig.json in any formatting", () => {
  const json = fc.record({
    indent: fc.constantFrom("", "  ", "\t"),
    eol: fc.constantFrom("\n", "\r\n"),
    trailingComma: fc.boolean(),
    comments: fc.boolean(),
    mark: fc.constantFrom("", "\uFEFF"),
    options: fc.constantFrom("absent", "empty", "some", "plugins", "no plugins"),
  });

  it("has the entry once, and what it had, to the letter", () => {
    fc.assert(
      fc.property(json, ({ indent, eol, trailingComma, comments, mark, options }) => {
        const compilerOptions = {
          absent: undefined,
          empty: {},
          some: { strict: true },
          plugins: { plugins: [{ name: "a" }], strict: true },
          "no plugins": { plugins: [] },
        }[options];
        let text = JSON.stringify({ include: ["src"], compilerOptions }, undefined, indent);
        if (trailingComma) text = text.replace(/\n\}$/, ",\n}");
        if (comments) text = text.replace(/^\{/, "{ // all\n  /* of it */").replace(/"src"/, '/* s */ "src"');
        text = (mark + text).replaceAll("\n", eol);
        const changed = addPluginEntry("tsconfig.json", text);
        expect(isWithInsertions(changed, text)).toBe(true);
        expect(addPluginEntry("tsconfig.json", changed)).toBe(changed);
        expect(changed.match(/ts-raii\/transformer/g)).toHaveLength(1);
        if (options === "plugins") expect(changed).toMatch(/ts-raii[^]*"a"/);
        expect(changed.replaceAll("\r\n", "").includes("\n")).toBe(eol === "\n" && text.includes("\n"));
      }),
      parameters(0.4),
    );
  });

  it("keeps the plugins that it inherits, and takes the entry that it inherits", () => {
    const folder = makePackage({ "base.json": { compilerOptions: { plugins: [{ name: "other" }] } } });
    const path = join(folder, "tsconfig.json");
    const changed = addPluginEntry(path, '{ "extends": "./base.json" }');
    writeFileSync(path, '{ "extends": "./base.json" }');
    expect(addPluginEntry(path, '{ "extends": "./base.json" }')).toContain(
      '"plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }, {"name":"other"}]',
    );
    expect(changed).toContain("ts-raii/transformer");
    writeFileSync(join(folder, "base.json"), changed.replace('"extends": "./base.json"', '"include": []'));
    expect(addPluginEntry(path, '{ "extends": "./base.json" }')).toBe('{ "extends": "./base.json" }');
  });

  it("completes an entry that is for the editor alone", () => {
    const text = '{ "compilerOptions": { "plugins": [{ "name": "ts-raii" }] } }';
    expect(addPluginEntry("tsconfig.json", text)).toBe(
      '{ "compilerOptions": { "plugins": [{ "transform": "ts-raii/transformer", "name": "ts-raii" }] } }',
    );
  });
});
