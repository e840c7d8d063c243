import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";

// Below the repository, so that the emitted `import "ts-raii"` finds the package itself.
const folder = join(import.meta.dirname, "../../.tmp/bundles");

const classes = (name: string): string => `
export class ${name} {
  #size = 1;
  static read(of: ${name}): string {
    "use raii";
    const r = raii(open("${name} static"));
    return r.name + of.#size;
  }
  read(): string {
    "use raii";
    const r = raii(open("${name} method"));
    return r.name + this.#size;
  }
  get length(): string {
    "use raii";
    const r = raii(open("${name} getter"));
    return r.name + this.#size + this.#inner();
  }
  async load(): Promise<string> {
    "use raii";
    const r = await raii(open("${name} async"));
    return r.name + this.#size;
  }
  later = (): string => {
    "use raii";
    const r = raii(open("${name} field"));
    return r.name + this.#size;
  };
  #inner(): string {
    "use raii";
    const r = raii(open("${name} private"));
    return r.name + this.#size;
  }
}
/** Its program stands behind a \`return\`. */
export const total${name} = (total: number) => (n: number): string => {
  "use raii";
  const r = raii(open("total ${name}"));
  return r.name + (total += n);
};
export function only${name}(): string {
  "use raii";
  const r = raii(open("only ${name}"));
  return r.name;
}
`;
const source = `import { raii } from "ts-raii";
const open = (name: string) => ({ name, [Symbol.dispose]() {}, async [Symbol.asyncDispose]() {} });
${classes("Used")}${classes("Unused")}`;
const main = `import { Used, onlyUsed, totalUsed } from "./classes.js";
export const results = (async () => {
  const used = new Used();
  return [Used.read(used), used.read(), used.length, await used.load(), used.later(), onlyUsed(), totalUsed(1)(2)];
})();`;

const bundlers = {
  async esbuild(entry: string, minify: boolean): Promise<string> {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      format: "esm",
      target: "es2022",
      external: ["ts-raii"],
      minify,
      write: false,
    });
    return outputFiles[0]!.text;
  },
  async rollup(entry: string): Promise<string> {
    const bundle = await rollup({ input: entry, external: ["ts-raii"] });
    return (await bundle.generate({ format: "es" })).output[0].code;
  },
  async rolldown(entry: string, minify: boolean): Promise<string> {
    const bundle = await rolldown({ input: entry, external: ["ts-raii"] });
    const { output } = await bundle.generate({ format: "esm", minify });
    await bundle.close();
    return output[0].code;
  },
};

describe.each(lowerings)("bundles of what the %s lowering emits", (lowering) => {
  const entry = join(folder, lowering, "main.js");
  beforeAll(() => {
    rmSync(join(folder, lowering), { recursive: true, force: true });
    mkdirSync(join(folder, lowering), { recursive: true });
    const compilerOptions = { module: ts.ModuleKind.ESNext, sourceMap: false };
    writeFileSync(join(folder, lowering, "classes.js"), compile(source, { lowering, compilerOptions }).code);
    writeFileSync(entry, main);
  });

  it.each(
    Object.keys(bundlers).flatMap((name) =>
      [false, true].map((minify) => [name as keyof typeof bundlers, minify] as const),
    ),
  )(
    "%s, minified %s: keep what is used, which works, and nothing of a class that is not",
    async (name, minify) => {
      const code = await bundlers[name](entry, minify);
      expect(code).not.toContain("Unused");
      for (const kept of ["static", "method", "getter", "async", "field", "private"])
        expect(code).toContain(`Used ${kept}`);
      const file = join(folder, lowering, `${name}-${minify}.mjs`);
      writeFileSync(file, code);
      const { results } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
        results: Promise<string[]>;
      };
      const expected = ["static1", "method1", "getter1Used private1", "async1", "field1"];
      expect(await results).toEqual([...expected.map((each) => `Used ${each}`), "only Used", "total Used3"]);
    },
  );
});
