import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import ts from "typescript";
import * as vite from "vite";
import { afterAll, describe, expect, it } from "vitest";
import type { Options } from "../../hosts/options.ts";

/*
 * The faces for the bundlers that are among the development dependencies, in this process. All bundlers, with the packed
 * tarball, are in all.hosts.ts.
 */

const require = createRequire(import.meta.url);
const face = (name: string): ((options?: Options) => any) => require(`../../dist/hosts/${name}.js`);

// Below the repository, so that `ts-raii` is found.
const folder = join(import.meta.dirname, "../../.tmp/hosts-bundlers");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = `import { raii } from "ts-raii";
const open = (): Disposable => ({ [Symbol.dispose]() {} });
export function main(): string {
  "use raii";
  const handle = raii(open());
  return typeof handle;
}
`;
/** What a careless plugin makes of it: the same, without its types. */
const stripped = ts.transpileModule(plain, {
  compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
}).outputText;

interface Build {
  readonly files: Readonly<Record<string, string>>;
  /** Folders by the links that lead to them. */
  readonly links?: Readonly<Record<string, string>>;
  readonly options?: Options;
  /** Plugins before ours, and after it. */
  readonly before?: unknown[];
  readonly after?: unknown[];
}

/** What a build printed and gave. */
interface Built {
  readonly code: string;
  readonly error: string | undefined;
  readonly warnings: readonly string[];
}

let count = 0;
function write({ files, links = {} }: Build): string {
  const project = join(folder, String(++count));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    symlinkSync(join(project, target), join(project, path), "junction");
  }
  return project;
}

/** An error as the host prints it: with the place and the frame. */
const shown = (error: any): string =>
  [
    error.message,
    error.id,
    error.loc && `${error.loc.line}:${error.loc.column}`,
    error.frame,
    error.errors?.map(shown),
  ]
    .flat()
    .filter(Boolean)
    .join("\n");

type Bundler = (build: Build) => Promise<Built>;

async function outcome(build: (warn: (text: string) => void) => Promise<string>): Promise<Built> {
  const warnings: string[] = [];
  try {
    return { code: await build((text) => warnings.push(text)), error: undefined, warnings };
  } catch (error) {
    return { code: "", error: shown(error), warnings };
  }
}

const bundlers: Readonly<Record<string, Bundler>> = {
  vite: ({ options, before = [], after = [], ...sources }) =>
    outcome(async (warn) => {
      const root = write(sources);
      const result = await vite.build({
        root,
        configFile: false,
        logLevel: "silent",
        plugins: [before, face("vite")(options), after] as vite.PluginOption[],
        build: {
          lib: { entry: "main.ts", formats: ["es"] },
          write: false,
          minify: false,
          rolldownOptions: { external: ["ts-raii"], onwarn: (warning) => warn(shown(warning)) },
        },
      });
      return ([result].flat()[0] as any).output[0].code;
    }),
  "vite dev": ({ options, before = [], after = [], ...sources }) =>
    outcome(async (warn) => {
      const server = await vite.createServer({
        root: write(sources),
        configFile: false,
        customLogger: { ...vite.createLogger("silent"), warn: (text) => warn(text) },
        optimizeDeps: { noDiscovery: true },
        server: { middlewareMode: true, ws: false },
        plugins: [before, face("vite")(options), after] as vite.PluginOption[],
      });
      try {
        const codes: string[] = [];
        for (const path of Object.keys(sources.files).filter((each) => /\.[jt]sx?$/.test(each)))
          codes.push((await server.transformRequest(`/${path}`))!.code);
        return codes.join("\n");
      } finally {
        await server.close();
      }
    }),
  rollup: ({ options, before = [], after = [], ...sources }) =>
    outcome(async (warn) => {
      const strip = {
        name: "strip",
        transform: (code: string, id: string) =>
          id.endsWith(".ts") ? { code: ts.transpile(code, { target: 99, module: 99 }), map: null } : null,
      };
      const plugins: any[] = [before, face("rollup")(options), strip, after];
      const input = join(write(sources), "main.ts");
      const bundle = await rollup({
        input,
        external: ["ts-raii"],
        plugins,
        onwarn: (warning) => warn(shown(warning)),
      });
      return (await bundle.generate({ format: "es" })).output[0].code;
    }),
  rolldown: ({ options, before = [], after = [], ...sources }) =>
    outcome(async (warn) => {
      const bundle = await rolldown({
        input: join(write(sources), "main.ts"),
        external: ["ts-raii"],
        plugins: [before, face("rolldown")(options), after] as any[],
        onwarn: (warning) => warn(shown(warning)),
      });
      const { output } = await bundle.generate({ format: "esm" });
      await bundle.close();
      return output[0].code;
    }),
  esbuild: ({ options, before = [], after = [], ...sources }) =>
    outcome(async (warn) => {
      const result = await esbuild
        .build({
          entryPoints: [join(write(sources), "main.ts")],
          bundle: true,
          format: "esm",
          external: ["ts-raii"],
          write: false,
          logLevel: "silent",
          plugins: [...before, face("esbuild")(options), ...after] as esbuild.Plugin[],
        })
        .catch(({ errors }: esbuild.BuildFailure) => {
          throw new Error(esbuild.formatMessagesSync(errors, { kind: "error", color: false }).join("\n"));
        });
      esbuild.formatMessagesSync(result.warnings, { kind: "warning" }).forEach(warn);
      return result.outputFiles[0]!.text;
    }),
};

/** A plugin in the way that each bundler knows, which gives a module's text instead of its file's. */
function taking(name: string, text: string): unknown {
  if (name === "esbuild")
    return {
      name: "takes",
      setup: (build: esbuild.PluginBuild) =>
        build.onLoad({ filter: /main\.ts$/ }, () => ({ contents: text, loader: "ts" })),
    };
  return { name: "takes", load: (id: string) => (id.endsWith("main.ts") ? text : null) };
}

describe.each(Object.entries(bundlers))("%s", (name, build) => {
  it("compiles what uses raii", async () => {
    const { code, error, warnings } = await build({ files: { "main.ts": plain } });
    expect({ error, warnings }).toEqual({ error: undefined, warnings: [] });
    expect(code).toMatch(/\.drive\(main_program\(\)\)/);
  });

  it("fails where a module is left out that calls the marker, with the place and what to do", async () => {
    const lefts: Options[] = [{ exclude: /main/ }, { include: "**/*.tsx" }, { exclude: ["**/main.*"] }];
    for (const options of lefts) {
      const { error } = await build({ files: { "main.ts": plain }, options });
      expect(error).toContain("raii() was not compiled and would throw when it runs");
      expect(error).toContain('its options "include" and "exclude"');
      expect(error).toMatch(/main\.ts/);
      expect(error).toMatch(/\b5:\d+/);
      expect(error).toContain("raii(open())");
    }
  });

  it("a package that was compiled before it was published passes, one that was not fails", async () => {
    const main = 'export { main } from "./node_modules/dependency/index.js";\n';
    const compiled = require("../../dist/source/index.js").transform(stripped, "index.js").code as string;
    const passes = await build({ files: { "main.ts": main, "node_modules/dependency/index.js": compiled } });
    expect(passes.error).toBeUndefined();
    const fails = await build({ files: { "main.ts": main, "node_modules/dependency/index.js": stripped } });
    expect(fails.error).toContain("raii() was not compiled");
    expect(fails.error).toContain("compiled before it is published");
  });

  // Rollup itself follows no link to a folder.
  it.skipIf(name === "rollup")(
    "a linked package is compiled, and a copy of it only where exclude says so",
    async () => {
      const index = `${plain}export const linked = true;\n`;
      const main = 'export { linked, main } from "./node_modules/dependency/index.ts";\n';
      const files = {
        "main.ts": main,
        "packages/dependency/index.ts": index,
      };
      const linked = await build({ files, links: { "node_modules/dependency": "packages/dependency" } });
      expect(linked.error).toBeUndefined();
      expect(linked.code).toMatch(/\.drive\(main_program\(\)\)/);

      const copied = {
        "main.ts": main,
        "node_modules/dependency/index.ts": index,
      };
      expect((await build({ files: copied })).error).toContain("raii() was not compiled");
      const { code, error } = await build({
        files: copied,
        options: { exclude: /node_modules\/(?!dependency\/)/ },
      });
      expect(error).toBeUndefined();
      expect(code).toMatch(/\.drive\(main_program\(\)\)/);
    },
  );

  // esbuild gives a module to one plugin: what that one makes of a file is in the test below. Vite's server is asked for scripts.
  describe.skipIf(name === "esbuild" || name === "vite dev")(
    "what a plugin makes of a file of another language",
    () => {
      const buildComponent = (text: string, options?: Options): Promise<Built> => {
        const component = {
          name: "component",
          transform: (_: string, id: string) =>
            id.endsWith(".component") ? { code: `\n\n${text}`, map: mapOf(text) } : null,
        };
        // Before ours and after it: the list says nothing about who comes when.
        const order = options === undefined ? { before: [component] } : { after: [component] };
        const files = { "main.ts": 'export { main } from "./a.component";\n', "a.component": text };
        return build({ files, ...order, ...(options && { options }) });
      };
      /** From the text two lines further down. */
      const mapOf = (text: string): object => ({
        version: 3,
        sources: ["a.component"],
        sourcesContent: [text],
        names: [],
        mappings: `;;${text
          .split("\n")
          .map((_, line) => (line === 0 ? "AAAA" : "AACA"))
          .join(";")}`,
      });

      it("is compiled", async () => {
        for (const options of [undefined, { include: /\.(component|ts)$/ }]) {
          const { code, error } = await buildComponent(stripped, options);
          expect(error).toBeUndefined();
          expect(code).toMatch(/\.drive\(main_program\(\)\)/);
        }
      });

      it("stays as it is where it was compiled before", async () => {
        const { code: compiled } = require("../../dist/source/index.js").transform(stripped, "a.js");
        const { code, error } = await buildComponent(compiled);
        expect(error).toBeUndefined();
        expect(code.match(/main_program\(\)/g)).toHaveLength(2);
      });

      it("fails with a mistake, told by its place in what people wrote", async () => {
        const { error } = await buildComponent(stripped.replace('    "use raii";\n', ""));
        expect(error).toContain("raii-outside-annotated-function");
        expect(error).toContain("a.component");
        expect(error).toMatch(/\b4:\d+/);
        expect(error).toMatch(/4 \| .*raii\(open\(\)\)/);
      });

      it("fails where it is left out, with the place", async () => {
        for (const options of [{ exclude: /component/ }, { include: /\.ts$/ }]) {
          const { error } = await buildComponent(stripped, options);
          expect(error).toContain("raii() was not compiled");
          expect(error).toContain('its options "include" and "exclude"');
          expect(error).toContain("a.component");
          expect(error).toMatch(/\b5:\d+/);
        }
      });
    },
  );

  it.skipIf(name === "esbuild")("reads a module before the plugins that stand before it", async () => {
    const careless = {
      name: "careless",
      transform: (code: string, id: string) =>
        id.endsWith("main.ts") ? { code: code.replace('"use raii";', ""), map: null } : null,
    };
    const { code, error } = await build({ files: { "main.ts": plain }, before: [careless] });
    expect(error).toBeUndefined();
    expect(code).toMatch(/\.drive\(main_program\(\)\)/);
  });

  it("another plugin that stands first: the build is right, or fails", async () => {
    const takes = [
      taking(name, plain),
      taking(name, stripped),
      taking(name, stripped.replace('"use raii";', "")),
    ];
    for (const before of takes) {
      const { code, error } = await build({ files: { "main.ts": plain }, before: [before] });
      if (error === undefined) expect(code).toMatch(/\.drive\(main_program\(\)\)/);
      else
        expect(error).toMatch(
          /raii\(\) (was not compiled|stands at)|first in "plugins"|raii-outside-annotated-function/,
        );
    }
  });

  // The first plugin of esbuild that loads a module is the only one.
  it.skipIf(name === "esbuild")("fails where a plugin behind it puts back what was written", async () => {
    const back = {
      name: "back",
      enforce: "post",
      // Vite's server parses no types where it rewrites imports, which is behind this plugin.
      transform: (_: string, id: string) =>
        id.endsWith("main.ts") ? (name === "vite dev" ? stripped : plain) : null,
    };
    const { error } = await build({ files: { "main.ts": plain }, after: [back] });
    expect(error).toContain("raii() was not compiled");
  });

  it("errors fail the build with the place, warnings go to the host, suggestions to nobody", async () => {
    const outside = plain.replace('  "use raii";\n', "");
    const { error } = await build({ files: { "main.ts": outside } });
    expect(error).toContain("raii-outside-annotated-function");
    expect(error).toMatch(/main\.ts/);
    expect(error).toMatch(/\b4:\d+/);
    expect(error).toContain("raii(open())");

    const unused = plain.replace("const handle = raii(open());", "const handle = 1;");
    for (const severity of ["error", "warning", "suggestion"] as const) {
      const options = { severity: { "annotated-without-raii": severity } } as Options;
      const built = await build({ files: { "main.ts": unused }, options });
      if (severity === "error") expect(built.error).toContain("annotated-without-raii");
      else expect(built.error).toBeUndefined();
      expect(built.warnings.join("\n").includes("annotated-without-raii"), severity).toBe(
        severity === "warning",
      );
    }
  });

  it("leaves broken code to the host", async () => {
    const { error } = await build({ files: { "main.ts": plain.replace("const handle", "const = handle") } });
    expect(error).toMatch(/\b5:\d+/);
    expect(error).not.toContain("ts-raii(");
  });

  it("an option that is wrong fails, and says what it may be", () => {
    for (const options of [{ lowering: "fast" }, { unknown: 1 }, { include: 5 }])
      expect(() => {
        const made = face(name.split(" ")[0]!)(options as Options);
        made.apply?.({});
      }).toThrow(/lowering|unknown|include/);
  });
});
