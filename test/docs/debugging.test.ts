import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { expectFile } from "../harness/expect-file.ts";

const root = join(import.meta.dirname, "../..");
const path = join(root, "docs/debugging.md");
const page = readFileSync(path, "utf8");
/** Inside the package, so that the emitted `import "ts-raii"` finds the package itself. */
const folder = join(root, ".tmp/debugging");

/** Compiles a module and runs it. @returns what it prints. */
function run(name: string, source: string, lowering: Lowering, ...options: string[]): string {
  const home = join(folder, lowering);
  mkdirSync(home, { recursive: true });
  const { code, map } = compile(source, {
    fileName: `${name}.ts`,
    lowering,
    compilerOptions: { module: ts.ModuleKind.ESNext },
  });
  writeFileSync(join(home, `${name}.js`), code);
  writeFileSync(join(home, `${name}.js.map`), map!);
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, `${name}.js`], {
    cwd: home,
    encoding: "utf8",
    env,
  });
  expect(stderr, stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

/** A trace without what depends on the machine, on the version of Node and on the lines of the runtime. */
function shorten(stack: string): string {
  const lines = stack.split("\n").filter((line) => !/node:/.test(line)); // Node's own
  return lines
    .map((line) =>
      line
        .replace(/(\(| )(?:file:\/\/)?\/\S*\/(accounts\.[jt]s:\d+:\d+)/, "$1$2")
        .replace(/at \S+\.(\w+) (?:\[as \w+] )?\(\S*\/(?:runtime|dist\/runtime)\/\S*\)/, "at $1 (ts-raii)"),
    )
    .join("\n");
}

describe("docs/debugging.md", () => {
  rmSync(folder, { recursive: true, force: true });
  const source = /```ts accounts\.ts\n([^]*?)```/.exec(page)![1]!;
  const blocks: Record<string, () => string> = {
    "inline, with maps": () => shorten(run("accounts", source, "inline", "--enable-source-maps")),
    "program, with maps": () => shorten(run("accounts", source, "program", "--enable-source-maps")),
    "program, without maps": () => shorten(run("accounts", source, "program")),
    profile: showProfiles,
  };

  it("shows what Node prints", () => {
    const shown: string[] = [];
    const written = page.replace(/```text (.*)\n[^]*?```/g, (_, name: string) => {
      shown.push(name);
      return `\`\`\`text ${name}\n${blocks[name]!()}\`\`\``;
    });
    expect(shown.sort()).toEqual(Object.keys(blocks).sort());
    expectFile(path, written);
  });
});

const body = `"use raii";
  raii(open());
  let sum = 0;
  for (const end = performance.now() + 60; performance.now() < end; )
    for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i);
`;

/** Functions that take time. */
const slow = `import { raii } from "ts-raii";
const open = () => ({ [Symbol.dispose]() {} });
function copy() { ${body} }
async function load() { ${body} await open(); }
const pack = () => { ${body} };
class Client {
  #state = open();
  send() { ${body} }
  post() { ${body} return this.#state; }
  get size() { ${body} }
}
function outer(n: number) {
  n++;
  const inner = () => { ${body} return n; };
  n++;
  return inner();
}
copy();
await load();
pack();
const client = new Client();
client.send();
client.post();
client.size;
outer(1);
[1].forEach(() => { ${body} });
`;

/** Each slow function as the page calls it, by the beginning of its line. */
const functions: Record<string, string> = {
  "function copy() {": "function copy()",
  "async function load() {": "async function load()",
  "const pack = () =>": "const pack = () =>",
  "  send() {": "a method, send()",
  "  post() {": "post(), which uses a private name",
  "  get size() {": "get size()",
  "  const inner = () =>": "const inner = () =>, in a function",
  "[1].forEach(() =>": "() =>, an argument",
};

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  readonly samples: readonly number[];
}

/** The names under which a profile has the time of the slow functions. */
function namesInProfile(lowering: Lowering): string[] {
  run("slow", slow, lowering, "--cpu-prof", "--cpu-prof-dir=profiles");
  const profiles = join(folder, lowering, "profiles");
  const text = readFileSync(join(profiles, readdirSync(profiles)[0]!), "utf8");
  const { nodes, samples } = JSON.parse(text) as Profile;
  const trace = new TraceMap(readFileSync(join(folder, lowering, "slow.js.map"), "utf8"));
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  const own = nodes
    .filter(({ callFrame }) => callFrame.url.endsWith("/slow.js"))
    .sort((a, b) => (counts.get(b.id) ?? 0) - (counts.get(a.id) ?? 0));
  return Object.keys(functions).map((beginning) => {
    const slowest = own.find(({ callFrame: { lineNumber, columnNumber } }) => {
      const position = originalPositionFor(trace, { line: lineNumber + 1, column: columnNumber });
      return slow.split("\n")[(position.line ?? 0) - 1]?.startsWith(beginning);
    });
    return slowest === undefined ? "none" : slowest.callFrame.functionName || "(anonymous)";
  });
}

function showProfiles(): string {
  const columns = [
    ["source", ...Object.values(functions)],
    ...lowerings.map((lowering) => [lowering, ...namesInProfile(lowering)]),
  ];
  const widths = columns.map((column) => Math.max(...column.map((text) => text.length)));
  const rows = columns[0]!.map((_, row) =>
    columns
      .map((column, index) => column[row]!.padEnd(widths[index]!))
      .join("   ")
      .trimEnd(),
  );
  return `${rows.join("\n")}\n`;
}
