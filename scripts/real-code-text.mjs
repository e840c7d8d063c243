// npm run test:real-code:text [-- rxjs effect …]: annotates one function in each file of ten packages that ship their
// sources, and compiles the files by `transform` of ts-raii/api. Says whether everything outside the functions is as it was,
// and whether esbuild makes packages of it that behave as before. Downloads the packages into a temporary folder. Takes some
// minutes. Ends with exit code 1 if anything is not as before.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { annotateOne, changedLines } from "./real-code/annotate-one.mjs";
import { textPackages } from "./real-code/text-packages.mjs";

const { transform } = createRequire(import.meta.url)("../dist/source/index.js");
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const names = process.argv.slice(2);
const chosen = Object.entries(textPackages).filter(([name]) => names.length === 0 || names.includes(name));

const folder = mkdtempSync(`${tmpdir()}/ts-raii-text-`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let broken = 0;

function check(what, isAsBefore, details = []) {
  console.log(`  ${isAsBefore ? "ok  " : "FAIL"}  ${what}`);
  for (const detail of isAsBefore ? [] : details.slice(0, 5)) console.log(`          ${detail}`);
  if (!isAsBefore) broken++;
}

function install() {
  const dependencies = Object.fromEntries(chosen);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, dependencies }));
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  symlinkSync(path(".."), `${folder}/node_modules/ts-raii`, "junction");
  cpSync(path("real-code/counted"), `${folder}/node_modules/counted`, { recursive: true });
}

/** Takes the types out of a file, and makes CommonJS of it. */
function strip(code, name, out) {
  const js = `${out}/${name.replace(/\.ts$/, ".js")}`;
  mkdirSync(dirname(js), { recursive: true });
  const { code: stripped } = transformSync(code, {
    loader: "ts",
    format: "cjs",
    target: "es2022",
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  });
  writeFileSync(js, stripped.replace(/(require\("\.[^"]*)\.ts"/g, '$1.js"'));
}

function observe(name, out) {
  try {
    const args = [path("real-code/observe-text.mjs"), name, out];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1e9 }));
  } catch (error) {
    return { error: String(error.message).split("\n").slice(0, 12).join(" ") };
  }
}

function testPackage(name, version) {
  console.log(`\n${name} ${version}`);
  const source = `${folder}/node_modules/${name}/src`;
  const files = readdirSync(source, { recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !/\.d\.ts$|(^|\/)tests?\/|\.test\.ts$/.test(file));
  const out = (variant) => `${folder}/out/${name}/${variant}`;
  const changed = { program: [], inline: [] };
  let annotated = 0;
  for (const [index, file] of files.entries()) {
    const text = readFileSync(`${source}/${file}`, "utf8");
    strip(text, file, out("plain"));
    const one = annotateOne(text, file, index * 7 + 3);
    if (one !== undefined) annotated++;
    for (const lowering of ["program", "inline"]) {
      if (one === undefined) {
        strip(text, file, out(lowering));
        continue;
      }
      const { code } = transform(one.text, `${source}/${file}`, { lowering });
      changed[lowering].push(...changedLines(one, code).map((line) => `${file}: ${line.trim()}`));
      strip(code, file, out(lowering));
    }
  }
  for (const variant of ["plain", "program", "inline"])
    writeFileSync(`${out(variant)}/package.json`, '{ "type": "commonjs" }');
  const before = observe(name, out("plain"));
  check(`as it is: ${Object.keys(before.log ?? {}).length} observations`, before.log !== undefined, [
    before.error,
  ]);
  for (const lowering of ["program", "inline"]) {
    const lines = changed[lowering];
    check(
      `${lowering}: one function in each of ${annotated} files, the rest to the letter`,
      lines.length === 0,
      lines,
    );
    const { log = {}, acquired, released, error } = observe(name, out(lowering));
    const keys = Object.keys(before.log ?? {}).filter((key) => before.log[key] !== log[key]);
    const details = error
      ? [error]
      : keys.map((key) => `${key}: ${log[key]}, before: ${before.log[key]}`.slice(0, 300));
    check(`${lowering}: behaves as before`, keys.length === 0 && error === undefined, details);
    check(`${lowering}: ${acquired} acquired, ${released} released`, acquired === released && acquired > 0);
  }
}

install();
for (const [name, version] of chosen) testPackage(name, version);
console.log(broken === 0 ? "\nAll is as it was." : `\n${broken} checks failed.`);
process.exitCode = broken === 0 ? 0 : 1;
