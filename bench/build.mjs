// npm run bench:build: what a build pays for ts-raii, in turns with what it is compared to.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { build } from "vite";
import { plainModule, sourceWithRaii } from "./build-sources.mjs";

const require = createRequire(import.meta.url);
const { transform } = require("../dist/source/index.js");
const transformer = require("../dist/transformer/index.js");
const raii = require("../dist/hosts/vite.js");

const milliseconds = (start) => Number(process.hrtime.bigint() - start) / 1e6;

/** The lowest of `rounds` turns of each, in milliseconds of the processor: a busy machine only ever adds. */
function inTurns(rounds, variants) {
  const best = variants.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of variants.entries()) {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      best[index] = Math.min(best[index], (user + system) / 1000);
    }
  }
  return best;
}

function print(what, measured, limit, unit, note) {
  const verdict = measured <= limit ? "holds" : "MISSED";
  console.log(`${verdict.padEnd(6)}  ${what} ≤ ${limit}${unit}: ${measured.toPrecision(3)}${unit} (${note})`);
}

function measureGate() {
  const files = Array.from({ length: 500 }, (_, index) => plainModule(index));
  const [all] = inTurns(20, [() => files.forEach((text, index) => transform(text, `/src/${index}.ts`))]);
  const size = files.reduce((sum, { length }) => sum + length, 0) / files.length / 1024;
  print("a file without raii", all / files.length, 0.02, " ms", `files of ${size.toFixed(1)} KiB`);
}

function measureTransform(lowering, every) {
  const text = sourceWithRaii(1000, every);
  const options = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, sourceMap: true };
  const fail = ({ messageText, message }) => {
    throw new Error(`the source does not compile: ${messageText ?? message}`);
  };
  const transpile = () => {
    const before = [transformer(undefined, { lowering }, { ts, addDiagnostic: fail })];
    return ts.transpileModule(text, {
      fileName: "a.ts",
      compilerOptions: options,
      transformers: { before },
    });
  };
  const ours = () => transform(text, "/src/a.ts", { lowering, typescript: ts, onDiagnostic: fail });
  if (ours() === undefined) throw new Error("nothing was compiled");
  const [text_, transpiled] = inTurns(60, [ours, transpile]);
  const lines = text.split("\n").length - 1;
  const note = `${text_.toFixed(1)} ms and ${transpiled.toFixed(1)} ms for ${lines} lines`;
  print(
    `the text door, ${lowering}, one function of ${every}: × transpileModule`,
    text_ / transpiled,
    0.35,
    "",
    note,
  );
}

/** Adds up the time in the hooks of a plugin, what its filters leave out excepted: the bundler asks these. */
function timed(plugins) {
  const spent = { ms: 0, calls: 0 };
  const wrapHook = (hook) => {
    const handler = typeof hook === "function" ? hook : hook.handler;
    const wrapped = function (...args) {
      const start = process.hrtime.bigint();
      try {
        return handler.apply(this, args);
      } finally {
        spent.ms += milliseconds(start);
        spent.calls++;
      }
    };
    return typeof hook === "function" ? wrapped : { ...hook, handler: wrapped };
  };
  const isHook = (value) => typeof value === "function" || typeof value?.handler === "function";
  const wrap = (plugin) =>
    Object.fromEntries(
      Object.entries(plugin).map(([key, value]) => [key, isHook(value) ? wrapHook(value) : value]),
    );
  return { spent, plugins: plugins.flat().map(wrap) };
}

async function measureVite(count) {
  const root = fileURLToPath(new URL("../.tmp", import.meta.url));
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(`${root}/bench-build-`);
  try {
    const names = Array.from({ length: count }, (_, index) => `module${index}`);
    for (const [index, name] of names.entries()) writeFileSync(`${folder}/${name}.ts`, plainModule(index));
    const imports = names.map((name) => `export * from "./${name}";`);
    writeFileSync(`${folder}/main.ts`, `${imports.join("\n")}\n`);
    const run = async (plugins) => {
      const start = process.hrtime.bigint();
      await build({
        root: folder,
        configFile: false,
        logLevel: "silent",
        plugins,
        build: { write: false, lib: { entry: `${folder}/main.ts`, formats: ["es"] } },
      });
      return milliseconds(start);
    };
    await run([]);
    const rounds = [];
    for (let round = 0; round < 3; round++) {
      const { spent, plugins } = timed([raii()]);
      rounds.push({ without: await run([]), withUs: await run(plugins), spent });
    }
    const share = Math.min(...rounds.map(({ spent, withUs }) => spent.ms / withUs));
    const [without, withUs] = ["without", "withUs"].map((key) => Math.min(...rounds.map((r) => r[key])));
    const { calls } = rounds[0].spent;
    const note = `${calls} calls; the build takes ${without.toFixed(0)} ms without us and ${withUs.toFixed(0)} ms with us`;
    print(`a Vite build of ${count} files without raii: time in our hooks`, share * 100, 1, " %", note);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`Node ${process.version}, TypeScript ${ts.version}\n`);
measureGate();
for (const every of [3, 30]) for (const lowering of ["inline", "program"]) measureTransform(lowering, every);
await measureVite(2000);
