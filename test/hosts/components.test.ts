import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compileComponent } from "../../hosts/compile-component.ts";
import { componentScripts } from "../../hosts/component-scripts.ts";
import { parseOptions } from "../../hosts/parse-options.ts";
import { isScript, scriptName } from "../../hosts/script-name.ts";
import { transform } from "../../source/index.ts";
import { sample } from "../harness/sample.ts";

/*
 * The scripts in the components of Vue, Svelte and Astro, compiled before these frameworks read them. The frameworks
 * themselves are among the hosts of all.hosts.ts.
 */

const parsed = parseOptions({ typescript: ts }, "test");
const root = join(import.meta.dirname, "../../fixtures/exec");
const sources = readdirSync(root).filter((path) => /(?<!\.d)\.ts$/.test(path));

/** What stands around a script in a component of each language. */
const languages = {
  vue: {
    before: `<!-- <script>raii("a comment")</script> -->\n<template lang="pug">\n  p(v-if="1 > 0") \u{1f600}\n</template>\n\n<script setup lang="ts" generic="T extends string | number">`,
    after: `</script>\n<style scoped>p { color: red }</style>\n`,
  },
  svelte: {
    before: `<script context="module">export const 数 = 1;</script>\n{#if 1 < 2}<p class='a'>text</p>{/if} <script lang='ts'>`,
    after: `</script>\n\n<button onclick={() => (a < b ? c > d : 1)}>{@html "<b>"}</button>`,
  },
  astro: {
    before: "\n---",
    after: `---\n<p>{[1, 2].map((n) => <b>{n}</b>)}</p>\n<script>document.title = "---";</script>\n`,
  },
};

const squash = (text: string): string => text.replace(/\s+/g, " ").trim();
const wordsOf = (text: string): readonly { readonly word: string; readonly offset: number }[] =>
  [...text.matchAll(/[\p{L}\p{N}_$]+/gu)].map(({ 0: word, index }) => ({ word, offset: index }));
const placeOf = (text: string, offset: number): { line: number; column: number } => {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length };
};

describe.each(Object.entries(languages))("%s", (language, { before, after }) => {
  const id = `/src/component.${language}`;

  it.each(sample(sources, 12))("compiles the script of %s, and leaves the rest to the letter", (path) => {
    const source = `\n${readFileSync(join(root, path), "utf8")}\n`;
    for (const newLine of ["\n", "\r\n"]) {
      const [head, script, tail] = [before, source, after].map((part) => part.replaceAll("\n", newLine)) as [
        string,
        string,
        string,
      ];
      const text = head + script + tail;
      const { result, errors } = compileComponent(text, id, parsed);
      const alone = transform(script, `${id}.ts`, { typescript: ts, onDiagnostic: () => {} });
      expect(errors.length > 0, JSON.stringify(errors)).toBe(false);
      expect(result === undefined).toBe(alone === undefined);
      if (result === undefined || alone === undefined) continue;
      const { code, map } = result;
      expect(code.startsWith(head)).toBe(true);
      expect(code.endsWith(tail)).toBe(true);
      const compiled = code.slice(head.length, code.length - tail.length);
      expect(squash(compiled)).toBe(squash(alone.code));

      // The map leads each word around the script to itself, and those in it that occur once.
      const trace = new TraceMap(map as never);
      const leads = (offset: number): object => {
        const { line, column } = originalPositionFor(trace, placeOf(code, offset));
        return { line, column };
      };
      for (const { word } of [...wordsOf(head), ...wordsOf(tail)])
        if (text.indexOf(word) === text.lastIndexOf(word))
          expect(leads(code.indexOf(word)), word).toEqual(placeOf(text, text.indexOf(word)));
      for (const { offset } of wordsOf(tail)) {
        const shift = code.length - tail.length;
        expect(leads(shift + offset)).toEqual(placeOf(text, text.length - tail.length + offset));
      }
      // Some frameworks' maps name nothing but the beginnings of lines.
      for (const [line, content] of code.split("\n").entries()) {
        const { index } = /[\w$]/.exec(content) ?? {};
        if (index === undefined) continue;
        const at = (column: number): number | null =>
          originalPositionFor(trace, { line: line + 1, column }).line;
        if (at(index) !== null) expect(at(0)).not.toBeNull();
      }
      for (const { word } of wordsOf(script)) {
        const isOnce = [text, code].every((each) => each.split(word).length === 2);
        if (isOnce) expect(leads(code.indexOf(word)), word).toEqual(placeOf(text, text.indexOf(word)));
      }
    }
  });

  it("takes a directive at the top for the whole script, and not for the function that it ends up in", () => {
    for (const top of ["\n", "", "\n// of all functions\n", "\n/* a */ "]) {
      const script = `${top}"use raii";\nimport { raii } from "ts-raii";\nconst f = (x: Disposable) => { raii(x); };\n`;
      const { result, errors } = compileComponent(before + script + after, id, parsed);
      expect(errors).toEqual([]);
      expect(result!.code).toContain("f_program(x)");
      expect(result!.code).not.toContain("use raii");
      expect(result!.code).toContain('import { raii } from "ts-raii";');
    }
  });

  it("tells the place in the whole file, with the lines around it", () => {
    const script = `\nimport { raii } from "ts-raii";\nconst f = (x: Disposable) => { raii(x); };\n`;
    const text = before + script + after;
    const { errors } = compileComponent(text, id, parsed);
    const [{ line, column, frame, id: of }] = errors as [any];
    expect(of).toBe(id);
    expect({ line, column }).toEqual(placeOf(text, text.indexOf("raii(x)")));
    expect(frame).toContain(`${line} | const f = (x: Disposable) => { raii(x); };`);
    expect(frame).toContain(`${line - 2} | ${text.split("\n")[line - 3]}`);
  });

  it("compiles no text that has no raii, and none that is no script", () => {
    const script = `\nexport const text = 'import { raii } from "ts-raii"';\n`;
    expect(compileComponent(before + script + after, id, parsed).result).toBeUndefined();
    expect(compileComponent("", id, parsed).result).toBeUndefined();
  });
});

it.each([
  ["/a.ts", "/a.ts", true],
  ["/a.mts?url#x", "/a.mts", true],
  ["/App.vue?vue&type=script&setup=true&lang.tsx", "/App.vue.tsx", true],
  ["/index.html?html-proxy&index=0.js", "/index.html.js", true],
  ["/App.vue", "/App.vue.js", false],
  ["/App.vue?vue&type=style&index=0&lang.css", "/App.vue.js", false],
  ["/a.tsv", "/a.tsv.js", false],
])("%s is parsed as %s", (id, name, isOne) => {
  expect([scriptName(id), isScript(id)]).toEqual([name, isOne]);
});

const raii = 'import { raii } from "ts-raii";\nfunction f(x) { "use raii"; raii(x); }\n';

describe("the scripts of a component", () => {
  const found = (text: string, path: string): readonly string[] =>
    componentScripts(text, path).map(({ start, end, ending }) => `${ending} ${text.slice(start, end)}`);

  it("are those of the languages that are known, each with its own", () => {
    for (const path of ["a.vue", "a.svelte"]) {
      expect(found("<script>a</script><script lang=ts>b</script >", path)).toEqual([".js a", ".ts b"]);
      expect(found("<script\n  setup\n  lang='tsx'\n>a</script>", path)).toEqual([".tsx a"]);
      expect(found('<script generic="A extends B<C>" lang="ts">a</script>', path)).toEqual([".ts a"]);
      expect(found('<script lang="coffee">a</script><!-- <script>b</script> -->', path)).toEqual([]);
      expect(found("<scripts>a</scripts><p>b</p>", path)).toEqual([]);
      expect(found("<script>const a = '<script>';</script>", path)).toEqual([".js const a = '<script>';"]);
    }
    expect(found("---\na\n---\n<script>b</script>", "a.astro")).toEqual([".ts \na\n"]);
    expect(found("<p>\n---\na\n---\n</p>", "a.astro")).toEqual([]);
  });

  it("are in Vue not those that stand in other blocks", () => {
    const docs = `<docs>\n<script setup>\n${raii}</script>\n</docs>\n`;
    expect(found(`${docs}<script>\na\n</script>`, "a.vue")).toEqual([".js \na\n"]);
    expect(compileComponent(docs, "a.vue", parsed).result).toBeUndefined();
  });

  it("are compiled each, with one map", () => {
    const script = `<script>\n${raii}</script>\n`;
    const text = `${script}<p>between</p>\n${script.replace("<script", '<script lang="ts"')}<b>behind</b>\n`;
    for (const path of ["/a.vue", "/a.svelte"]) {
      const { code, map } = compileComponent(text, path, parsed).result!;
      expect(code.match(/f_program\(x\)/g)).toHaveLength(4);
      const trace = new TraceMap(map as never);
      for (const word of ["between", "behind"]) {
        const { line, column } = originalPositionFor(trace, placeOf(code, code.indexOf(word)));
        expect({ line, column }).toEqual(placeOf(text, text.indexOf(word)));
      }
    }
  });
});
