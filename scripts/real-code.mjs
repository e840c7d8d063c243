// npm run test:real-code [-- rxjs|effect|openai|capnweb|trpc]: compiles the sources that packages ship, as they are and with
// every function annotated, and says what broke and what the transform took. Then it migrates code bases from `using` to raii()
// and back, and runs their own tests. Downloads all that into a temporary folder; the packages take some minutes, the code
// bases half an hour. Ends with exit code 1 if anything is not as before.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { annotateFolder } from "./real-code/annotate.mjs";
import { packages } from "./real-code/packages.mjs";
import { repositories } from "./real-code/repositories.mjs";
import { testRepository } from "./real-code/test-repository.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const names = process.argv.slice(2);
const isChosen = ({ name }) => names.length === 0 || names.includes(name);
const chosen = packages.filter(isChosen);

const folder = mkdtempSync(`${tmpdir()}/ts-raii-real-code-`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function runChild(script, ...args) {
  const output = execFileSync(
    process.execPath,
    ["--single-threaded", "--stack-size=4000", path(`real-code/${script}`), ...args],
    {
      encoding: "utf8",
      maxBuffer: 1e9,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return JSON.parse(output);
}

let broken = 0;

function check(what, isAsBefore, details = []) {
  console.log(`  ${isAsBefore ? "ok  " : "FAIL"}  ${what}`);
  for (const detail of details.slice(0, 5)) console.log(`          ${detail}`);
  if (details.length > 5) console.log(`          and ${details.length - 5} more`);
  if (!isAsBefore) broken++;
}

function install() {
  const dependencies = Object.fromEntries(chosen.map(({ name, version }) => [name, version]));
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, dependencies }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  symlinkSync(path(".."), `${folder}/node_modules/ts-raii`, "junction");
  cpSync(path("real-code/counted"), `${folder}/node_modules/counted`, { recursive: true });
}

function printShare({ files, seconds }, lowering) {
  const { check, emit, transform } = seconds;
  const share = ((transform[lowering] / (check + emit[lowering])) * 100).toFixed(2);
  const all = (check + emit[lowering]).toFixed(1);
  console.log(
    `        the transform (${lowering}): ${share} % of ${all} s for ${files} files, ${transform[lowering].toFixed(2)} s`,
  );
}

function behaviour(name, root) {
  try {
    return runChild("observe.mjs", name, root);
  } catch (error) {
    return { error: String(error.message).split("\n")[0] };
  }
}

/** Where two observations differ, a line each. */
function differences(expected, actual) {
  if (actual.error) return [actual.error];
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys]
    .filter((key) => expected[key] !== actual[key])
    .map((key) => `${key}: ${actual[key]}, before: ${expected[key]}`.slice(0, 300));
}

function testPackage({ name, version }) {
  console.log(`\n${name} ${version}`);
  const source = `${folder}/node_modules/${name}/src`;
  const [plain, annotated] = ["plain", "annotated"].map((kind) => `${folder}/${name}-${kind}`);
  cpSync(source, plain, { recursive: true });
  cpSync(source, annotated, { recursive: true });

  const before = runChild("build.mjs", name, plain);
  check(`as it is: emitted as without the plugin`, before.differing.length === 0, before.differing);
  printShare(before, "program");

  const counts = annotateFolder(annotated);
  const text = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  console.log(`        annotated: ${text.join(", ")}`);
  const after = runChild("build.mjs", name, annotated);
  check("annotated: compiled without a diagnostic", after.findings.length === 0, after.findings);
  const isSame = JSON.stringify(after.errors) === JSON.stringify(before.errors);
  check(
    `annotated: type-checks as before, ${before.errors.length} errors`,
    isSame,
    isSame ? [] : after.errors,
  );

  const expected = behaviour(name, `${plain}/out/plain`).log;
  for (const lowering of ["program", "inline"]) {
    printShare(after, lowering);
    const { log, error, acquired, released } = behaviour(name, `${annotated}/out/${lowering}`);
    const changes = differences(expected, log ?? { error });
    const what = `${lowering}: loads, and ${Object.keys(expected).length} observations are the same`;
    check(what, changes.length === 0, changes);
    if (log)
      check(`${lowering}: ${acquired} acquired, ${released} released`, acquired === released && acquired > 0);
  }
}

if (chosen.length > 0) install();
for (const each of chosen) testPackage(each);
for (const each of repositories.filter(isChosen)) testRepository(each, folder, check);
console.log(broken === 0 ? "\nAll is as it was." : `\n${broken} checks failed.`);
process.exitCode = broken === 0 ? 0 : 1;
