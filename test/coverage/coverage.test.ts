import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compilers, type Lowering, lowerings } from "../harness/compile.ts";
import { compileFixture, files, runNode, sourceOf, writeProject } from "./project.ts";
import { type Coverage, readLcov, readReport } from "./read-coverage.ts";

const modules = join(import.meta.dirname, "../../node_modules");
const compared = lowerings.flatMap((lowering) => files.map((file) => ({ lowering, file })));

let folder: string;
beforeAll(() => {
  folder = writeProject("coverage");
});

/** The entries of a map by line, each with its text: what is printed where they differ. */
function show<T>(map: ReadonlyMap<number, T>, source: string): Record<string, T> {
  const texts = source.split("\n");
  const lines = [...map].sort(([a], [b]) => a - b);
  return Object.fromEntries(lines.map(([line, value]) => [`${line} ${texts[line - 1]}`, value]));
}

function without<T>(map: ReadonlyMap<number, T>, source: string, left: RegExp): Map<number, T> {
  const texts = source.split("\n");
  return new Map([...map].filter(([line]) => !left.test(texts[line - 1]!)));
}

interface Tool {
  readonly name: string;
  readonly run: () => void;
  /** The lines whose branches are not those of the code by hand. */
  readonly otherBranches: Record<Lowering, RegExp>;
}

const vitest = (provider: string): void => {
  const config = ["--config", "vitest.config.js"];
  runNode(folder, [join(modules, "vitest/vitest.mjs"), "run", ...config], { PROVIDER: provider });
};
const c8 = (): void => {
  const options = ["-r", "json", "-o", "out/c8", "--temp-directory", "out/c8-raw", "--exclude-after-remap"];
  runNode(folder, [join(modules, "c8/bin/c8.js"), ...options, "--include", "src/**", "node", "main.js"]);
};
// Inline, `await raii(x)` is lowered to an expression with `&&`; a program of an async generator there is none.
const awaiting = /await raii\(/;
const tools: Tool[] = [
  {
    name: "c8",
    run: c8,
    // V8 says nothing of the lines of a lowered `for await`, and the `catch` we add ends with the function.
    otherBranches: { program: /await raii\(|for await/, inline: /await raii\(|^\s*}|@raii/ },
  },
  { name: "v8", run: () => vitest("v8"), otherBranches: { program: awaiting, inline: awaiting } },
  { name: "istanbul", run: () => vitest("istanbul"), otherBranches: { program: awaiting, inline: awaiting } },
];

describe.each(tools)("coverage by $name is that of the code by hand", ({ name, run, otherBranches }) => {
  let coverageOf: (path: string) => Coverage;
  beforeAll(() => {
    run();
    coverageOf = readReport(folder, name);
  });

  it.each(compared)("$file, $lowering", ({ lowering, file }) => {
    const source = sourceOf(lowering, file);
    const [ours, byHand] = [coverageOf(`${lowering}/${file}`), coverageOf(`by-hand/${file}`)];
    expect(show(ours.lines, source)).toEqual(show(byHand.lines, source));
    // c8 counts no function without a name, which our program of it has.
    const functions = [...ours.functions].filter(([line]) => name !== "c8" || byHand.functions.has(line));
    expect(show(new Map(functions), source)).toEqual(show(byHand.functions, source));
    const branches = (of: Coverage): unknown =>
      show(without(of.branches, source, otherBranches[lowering]), source);
    expect(branches(ours)).toEqual(branches(byHand));
    // Neither everything nor nothing has run.
    expect(new Set(byHand.lines.values())).toEqual(new Set(["run", "not run"]));
  });
});

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) console.log("Node's own coverage is not tested: before Node 22 it fails on source maps.");

describe.skipIf(major < 22)("coverage by Node is that of the code by hand", () => {
  let linesOf: ReturnType<typeof readLcov>;
  beforeAll(() => {
    const options = [
      "--test",
      "--experimental-test-coverage",
      "--enable-source-maps",
      "--test-reporter=lcov",
    ];
    linesOf = readLcov(runNode(folder, [...options, "main.test.js"]));
  });

  it.each(compared)("$file, $lowering", ({ lowering, file }) => {
    const source = sourceOf(lowering, file);
    // Node takes a function at the beginning of a line to begin at the end of what stands before it, by hand as well: so
    // only the lines that hold statements.
    // Where an `else` that was not run begins, on this line or the next, hangs on how many lines the whole output has.
    const other = /^\W*$|^\s*} else {$|=> {$|\) {$|^\s*\/[/*]|: \w+ {$|> {$|=> \w+\(\)/;
    const lines = (path: string): unknown => show(without(linesOf(path), source, other), source);
    expect(lines(`${lowering}/${file}`)).toEqual(lines(`by-hand/${file}`));
  });
});

it.each(compared)("TypeScript 5.9 gives $file, $lowering, as TypeScript 6 does", ({ lowering, file }) => {
  const [first, ...others] = Object.values(compilers).map((compiler) => {
    const { code, map } = compileFixture(lowering, file, compiler);
    return { code, map };
  });
  for (const other of others) expect(other).toEqual(first);
});
