// npm run bench [-- <case>… --rounds=<n>]: what a call of an emitted function costs, as ratios within this one run.
// `--interleaved`: inline, by hand and TypeScript's emit in one process, in short turns; for a busy machine.
// `large` among the cases: what the transform takes on large files. `bytes`: what an acquisition takes in emitted code.
// `plot`: docs/performance-node-<version>.svg, drawn anew.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cases, readCase, repeatCase } from "./cases.mjs";
import { drawPlot } from "./draw-plot.mjs";
import { counts, sourceOf } from "./measure-plot.mjs";
import { measureCode, measureSize } from "./measure-size.mjs";
import { printLarge, printTable, printVerdict } from "./print.mjs";
import { emitOurs, variants } from "./variants.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const rounds = Number(/--rounds=(\d+)/.exec(process.argv.join(" "))?.[1] ?? 3);
const isInterleaved = process.argv.includes("--interleaved");
const compared = isInterleaved
  ? variants.filter(({ name }) => ["inline", "nested", "typescript"].includes(name))
  : variants;
const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));

// Inside the package, so that the emitted `import "ts-raii"` finds the package itself.
mkdirSync(path("../.tmp"), { recursive: true });
const folder = mkdtempSync(path("../.tmp/bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function write(name, code) {
  const file = `${folder}/${name}.mjs`;
  writeFileSync(file, code);
  return file;
}

function runChild(...args) {
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

/** The nanoseconds of each variant, by name. The variants take turns, and the
 * lowest of each counts: a busy machine only ever adds. */
function measureCase({ name, unit, source = readCase(name) }, mode) {
  const files = new Map();
  for (const variant of compared) {
    const code = variant.emit(source);
    if (code !== undefined) files.set(variant.name, write(`${name}-${variant.name}`, code));
  }
  if (isInterleaved) return measureInterleaved(files, mode, unit);
  const samples = new Map([...files.keys()].map((key) => [key, []]));
  let expected;
  for (let round = 0; round < rounds; round++) {
    for (const [key, file] of files) {
      const { ns, check } = runChild(
        "--single-threaded",
        path("measure-calls.mjs"),
        file,
        mode,
        String(unit),
      );
      if ((expected ??= check) !== check) throw new Error(`${key} does not do what the others do in ${name}`);
      samples.get(key).push(ns);
    }
  }
  return new Map([...samples].map(([key, values]) => [key, Math.min(...values)]));
}

/** The same in one process, twice: the second time in the reverse order. */
function measureInterleaved(files, mode, unit) {
  const keys = [...files.keys()];
  const measure = (order) => {
    const paths = order.map((key) => files.get(key));
    const script = path("measure-interleaved.mjs");
    const times = runChild("--single-threaded", script, mode, String(unit), "700", ...paths);
    return new Map(order.map((key, index) => [key, times[index]]));
  };
  const both = [measure(keys), measure([...keys].reverse())];
  return new Map(keys.map((key) => [key, Math.min(...both.map((times) => times.get(key)))]));
}

/** Files of 30,000 and of 60,000 lines: a scope every ten lines, and a function with one every fourteen. */
const largeFiles = [
  ["functions of a hundred scopes", 33],
  ["functions of a hundred scopes", 66],
  ["functions", 2150],
  ["functions", 4300],
];

/** The milliseconds of the compiler alone and with each lowering, which take turns; the lowest of each counts. */
function measureLarge([kind, count]) {
  const times = new Map([
    ["tsc", []],
    ["program", []],
    ["inline", []],
  ]);
  let lines = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [variant, samples] of times) {
      const script = path("measure-transform.mjs");
      const measured = runChild(
        "--single-threaded",
        "--stack-size=4000",
        script,
        kind,
        String(count),
        variant,
      );
      lines = measured.lines;
      samples.push(measured.ms);
    }
  }
  return { kind, count, lines, times: new Map([...times].map(([name, all]) => [name, Math.min(...all)])) };
}

console.log(`Node ${process.version}, V8 ${process.versions.v8}, lowest of ${rounds} rounds`);

if (names.length === 0 || names.includes("large")) {
  printLarge(largeFiles.map(measureLarge));
  if (names.length > 0 && chosen.length === 0) process.exit();
}

if (names.length === 0 || names.includes("bytes")) {
  console.log("\nEmitted code: bytes that one more acquisition takes, minified / and gzipped\n");
  for (const { name, emit } of variants) {
    const [two, three] = [2, 3].map((count) => {
      const code = emit(sourceOf(count));
      return code && measureCode(code);
    });
    if (three === undefined) continue;
    console.log(`${name.padEnd(12)}${three.minified - two.minified} / ${three.zipped - two.zipped}`);
  }
  if (names.length > 0 && chosen.length === 0 && !names.includes("plot")) process.exit();
}

if (names.includes("plot")) {
  const series = new Map();
  for (const count of counts) {
    const source = repeatCase(sourceOf(count));
    for (const [variant, ns] of measureCase({ name: `plot-${count}`, unit: 1, source }, "mega")) {
      if (!series.has(variant)) series.set(variant, []);
      series.get(variant).push([count, ns]);
    }
  }
  const [major] = process.versions.node.split(".");
  const title = `Node ${major}: what a call costs that acquires and releases, eight functions in turn`;
  writeFileSync(path(`../docs/performance-node-${major}.svg`), drawPlot(title, [...series]));
  for (const [variant, points] of series)
    console.log(variant, points.map(([, ns]) => ns.toFixed(1)).join(" "));
  if (chosen.length === 0) process.exit();
}

const results = new Map(chosen.map(({ name }) => [name, {}]));
for (const [mode, title] of [
  ["mono", "One function, one resource class (each measured in a process of its own)"],
  ["mega", "Eight functions in turn, eight resource classes"],
]) {
  for (const benchCase of chosen) results.get(benchCase.name)[mode] = measureCase(benchCase, mode);
  const rows = chosen.map(({ name, label }) => ({ label, times: results.get(name)[mode] }));
  printTable(
    title,
    compared.map(({ name }) => name),
    rows,
  );
}

if (names.length > 0) {
  printVerdict(results);
  process.exit();
}

const many = write("many", emitOurs(readCase("many", 1)));
const [few, lots] = [1e5, 1e6].map((count) =>
  runChild("--expose-gc", path("measure-many.mjs"), many, String(count)),
);
const size = measureSize(write("size", emitOurs(readCase("one", 1))));
printVerdict(results, { few, lots, size });
