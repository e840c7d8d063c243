// npm run test:planted -- [capnweb|trpc|worker|pg-boss|apollo-client|gateway] [--seed=15] [--sample=1] [--keep=folder] [--list]
// [--write]: plants bugs in code bases of others, and says how many of them the rules find. Clones the code bases and installs
// what they need, which takes some minutes, in a temporary folder, or in the one given, where what is there is used again.
// --list prints each bug planted and each finding in the code as it is; --write keeps the counts for docs/diagnostics.md.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { codeBases } from "./planted-bugs/code-bases.mjs";
import { applyEdits, touchedLines } from "./planted-bugs/edits.mjs";
import { kinds, mutationsOf } from "./planted-bugs/mutations.mjs";
import { openProject } from "./planted-bugs/project.mjs";
import { sample } from "./planted-bugs/sample.mjs";
import { prepare } from "./real-code/prepare.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "15" },
    sample: { type: "string", default: "1" },
    size: { type: "string", default: "40" },
    keep: { type: "string" },
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const choice = { seed: Number(values.seed), which: Number(values.sample), size: Number(values.size) };
const folder = values.keep ? resolve(values.keep) : mkdtempSync(`${tmpdir()}/ts-raii-planted-`);
if (!values.keep) process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const resultsPath = fileURLToPath(new URL("planted-bugs/results.json", import.meta.url));
const results = values.write && existsSync(resultsPath) ? JSON.parse(readFileSync(resultsPath, "utf8")) : {};

console.log(`seed ${choice.seed}, sample ${choice.which}, at most ${choice.size} bugs for each code base`);
for (const codeBase of codeBases) {
  if (positionals.length > 0 && !positionals.includes(codeBase.name)) continue;
  const result = measure(codeBase);
  if (result !== undefined) results[codeBase.name] = result;
}
if (values.write) writeFileSync(resultsPath, `${JSON.stringify(results, null, 2)}\n`);

function measure(codeBase) {
  const { name, commit } = codeBase;
  console.log(`\n${name} ${commit.slice(0, 10)}`);
  const root = `${folder}/${name}`;
  const obstacle = existsSync(`${root}/node_modules`) ? undefined : prepare(codeBase, root);
  if (obstacle !== undefined) {
    console.log(`  skip  ${obstacle}`);
    return undefined;
  }
  const project = openProject(root, codeBase);
  const asItIs = project.programWith();
  const place = (file, line) => `${file.slice(root.length + 1)}:${line + 1}`;

  const before = new Map(project.names.map((file) => [file, project.findingsOf(asItIs, file)]));
  const findings = [...before].flatMap(([file, all]) => all.map((each) => ({ ...each, file })));
  console.log(`  ${project.names.length} files with using, ${findings.length} findings in them as they are`);
  for (const { key, file, line, text } of values.list ? findings : [])
    console.log(`    ${key} ${place(file, line)}  ${text.slice(0, 120)}`);

  const checker = asItIs.getTypeChecker();
  const candidates = project.names.flatMap((file) =>
    mutationsOf(asItIs.getSourceFile(file), checker)
      .filter((each) => !isReported(project.textOf(file), each, before.get(file)))
      .map((each) => ({ ...each, file })),
  );
  const planted = sample(candidates, choice);
  const counts = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, { planted: 0, found: 0 }]));
  for (const bugs of rounds(planted)) {
    const texts = new Map(bugs.map(({ file, edits }) => [file, applyEdits(project.textOf(file), edits)]));
    const program = project.programWith(texts);
    for (const bug of bugs) {
      const { kind, file, at } = bug;
      const keys = foundOn(project.textOf(file), bug.edits, project.findingsOf(program, file));
      counts[kind].planted++;
      if (keys.length > 0) counts[kind].found++;
      if (!values.list) continue;
      const line = project.textOf(file).slice(0, at).split("\n").length - 1;
      const text = bug.edits.at(-1).text.trim().replaceAll(/\s+/g, " ").slice(0, 120);
      console.log(`    ${keys.join(", ") || "MISSED"}  ${kind} ${place(file, line)}  ${text}`);
    }
  }
  print(counts, candidates.length);
  return {
    commit,
    seed: choice.seed,
    sample: choice.which,
    candidates: candidates.length,
    asItIs: findings.length,
    counts,
  };
}

/** Whether something stands already where the bug would be: then it could not be told whether that was found. */
function isReported(text, { variants }, before) {
  const lines = touchedLines(text, variants[0]).before;
  return before.some(({ line }) => lines.has(line));
}

/** One bug a file at a time: files do not disturb each other, and a Program is made for each round, not for each bug. */
function rounds(planted) {
  const all = [];
  for (const bug of planted) {
    const free = all.find((bugs) => bugs.every(({ file }) => file !== bug.file));
    if (free) free.push(bug);
    else all.push([bug]);
  }
  return all;
}

/** A bug is found where something is found on the lines that it touches: nothing was found there before. */
function foundOn(text, edits, findings) {
  const { after } = touchedLines(text, edits);
  return findings.filter(({ line }) => after.has(line)).map(({ key }) => key);
}

function print(counts, candidates) {
  const all = Object.values(counts);
  const sum = (field) => all.reduce((total, each) => total + each[field], 0);
  for (const [kind, { planted, found }] of Object.entries(counts))
    if (planted > 0) console.log(`  ${kind}: ${found} of ${planted} found`);
  console.log(`  all: ${sum("found")} of ${sum("planted")} found, of ${candidates} that could be planted`);
}
