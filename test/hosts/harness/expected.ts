import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { fixtures, type Host, programsModule, programsOf, root } from "./fixture.ts";

/** What the programs did in a host: as `observe.ts` of the programs writes it. */
export interface Observed {
  readonly events: Readonly<Record<string, readonly string[]>>;
  /** `error.stack` by the name of the case. */
  readonly stacks: Readonly<Record<string, string>>;
  /** What the script of a component did, of hosts that render one. */
  readonly component?: { readonly events: readonly string[]; readonly stack: string };
}

/** What the script of each component does. */
export const componentEvents: readonly string[] = [
  "open first",
  "open second",
  "release second",
  "release first",
  "read first second",
  "open tagged",
  "release tagged",
  "open thrown",
  "release thrown",
  "threw",
];

let all: Observed["events"] | undefined;

/** What the programs that a host can compile are to do: what they do when TypeScript compiles them with the transformer. */
export function expectedEvents(host: Host): Observed["events"] {
  all ??= compileAndRun().events;
  const names = programsOf(host).map((file) => file.replace(/\.tsx?$/, ""));
  return Object.fromEntries(names.map((name) => [name, all![name]!]));
}

function compileAndRun(): Observed {
  const folder = join(root, ".tmp/hosts-expected"); // below the repository, where `ts-raii` is the package itself
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const transformer = createRequire(import.meta.url)("../../../dist/transformer/index.js") as (
    program: undefined,
    config: object,
    extras: object,
  ) => ts.TransformerFactory<ts.SourceFile>;
  const sources = join(fixtures, "programs");
  const write = (name: string, text: string): void => {
    const { outputText } = ts.transpileModule(text, {
      fileName: name,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        jsx: ts.JsxEmit.React,
        experimentalDecorators: true,
        rewriteRelativeImportExtensions: true,
      },
      transformers: { before: [transformer(undefined, {}, { ts })] },
    });
    writeFileSync(join(folder, name.replace(/\.tsx?$/, ".js")), outputText);
  };
  for (const name of readdirSync(sources).filter((each) => /\.tsx?$/.test(each)))
    write(name, readFileSync(join(sources, name), "utf8"));
  write("programs.ts", programsModule(programsOf({})));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const result = join(folder, "result.json");
  execFileSync(process.execPath, [join(folder, "main.js")], { env: { ...process.env, RESULT: result } });
  return JSON.parse(readFileSync(result, "utf8")) as Observed;
}

/**
 * The frames that `error.stack` is to show of `stack.ts`, the innermost first: `12:9`. The source marks each place:
 * `/*sync 1*\/` stands before the first frame of the case `sync`.
 */
export function expectedFrames(text: string): Record<string, readonly string[]> {
  const cases: Record<string, { readonly order: number; readonly place: string }[]> = {};
  for (const match of text.matchAll(/\/\*(\w+) (\d)\*\/ ?/g)) {
    const before = text.slice(0, match.index + match[0].length).split("\n");
    const place = `${before.length}:${before.at(-1)!.length + 1}`;
    (cases[match[1]!] ??= []).push({ order: Number(match[2]), place });
  }
  return Object.fromEntries(
    Object.entries(cases).map(([name, places]) => [
      name,
      places.sort((a, b) => a.order - b.order).map(({ place }) => place),
    ]),
  );
}

/**
 * The frames of each stack that the source marks, in the order of the stack. A function that is compiled to a program has a
 * second frame, where its driver is called: that one is no place that the source marks.
 */
export function observedFrames(
  stacks: Observed["stacks"],
  expected: Readonly<Record<string, readonly string[]>>,
  file = "stack.ts",
): Record<string, readonly string[]> {
  const place = new RegExp(`[/\\\\]${file.replace(/\W/g, "\\$&")}(?:\\?[^:]*)?:(\\d+:\\d+)`, "g");
  return Object.fromEntries(
    Object.entries(expected).map(([name, frames]) => {
      const found = [...(stacks[name] ?? "").matchAll(place)];
      return [name, found.map(([, at]) => at!).filter((at) => frames.includes(at))];
    }),
  );
}
