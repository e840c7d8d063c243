// Builds the package, compiles examples/ with it and shows what they do: `npm run demo`. Ends with exit code 1 if anything
// is not as it should be. With --built it takes dist/ as it is.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
let failed = false;

compile();

heading("The article's programs");
article("three-resources", "three resources, then an error");
article("thousand", "a loop that holds a thousand");
article("million", "the same loop over a million");
article("recursion", "a runner that recurses, and one that does not");

heading("A program on real files: pack a folder into a .tar.gz");
show(run("pack/main"));

heading(
  "A database program: transfers between accounts, some of which fail, on PostgreSQL (PGlite) by node-postgres",
);
show(run("bank/main"));

heading("An asynchronous program: a checksum service on TCP with a worker thread, and its clients");
show(run("checksums/main"));

console.log(failed ? "\nSomething is not as it should be." : "\nAll is as it should be.");
process.exitCode = failed ? 1 : 0;

function compile() {
  const started = performance.now();
  rmSync(`${root}/examples/out`, { recursive: true, force: true });
  try {
    if (!process.argv.includes("--built")) {
      execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
    }
    execFileSync("node_modules/.bin/tspc", ["-p", "examples"], { cwd: root, stdio: "inherit" });
  } catch {
    process.exit(1); // the compiler has said what is wrong
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `The package is built and examples/ compiled by tspc, in ${seconds} s (Node ${process.versions.node}).`,
  );
}

function heading(text) {
  console.log(`\n${text}\n${"=".repeat(text.length)}`);
}

/** Runs a program of examples/article and compares its output with the one its comment announces, if it does. */
function article(name, title) {
  console.log(`\n${title} (examples/article/${name}.ts)`);
  const output = run(`article/${name}`);
  show(output);
  const expected = announcedOutput(`${root}/examples/article/${name}.ts`);
  if (expected === undefined) return;
  const same = output === expected;
  show(
    same
      ? "ok    the output is the one its comment announces\n"
      : `FAIL  its comment announces:\n${expected}`,
  );
  failed ||= !same;
}

/** What stands, indented, under "Prints:" in the comment of a program; `undefined` if its output varies. */
function announcedOutput(file) {
  const source = readFileSync(file, "utf8");
  if (!source.includes("Prints:")) return undefined;
  const comment = /^ \* Prints:\n \*\n((?: \* {5}.*\n)+)/m.exec(source);
  return comment[1].replace(/^ \* {5}/gm, "");
}

/** Runs a compiled example until it ends by itself, or a minute has passed, and gives what it printed. */
function run(example) {
  const args = ["--enable-source-maps", "--expose-gc", `examples/out/${example}.js`];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  process.stderr.write(stderr);
  if (status !== 0) {
    failed = true;
    return `${stdout}FAIL  it ended with ${signal ?? `exit code ${status}`}\n`;
  }
  return stdout;
}

function show(output) {
  console.log(output.trimEnd().replace(/^(?=.)/gm, "    "));
}
