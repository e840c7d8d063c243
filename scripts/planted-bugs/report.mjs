import { readFileSync } from "node:fs";
import { judged } from "./judged.mjs";
import { kinds } from "./mutations.mjs";

/** What `npm run test:planted -- --write` has measured, as paragraphs of docs/diagnostics.md. */
export function plantedBugs() {
  const results = JSON.parse(readFileSync(new URL("results.json", import.meta.url), "utf8"));
  const names = Object.keys(results);
  const cell = (counts) => (counts.planted === 0 ? "" : `${counts.found} of ${counts.planted}`);
  const sum = (all) => ({
    planted: all.reduce((total, { planted }) => total + planted, 0),
    found: all.reduce((total, { found }) => total + found, 0),
  });
  const row = (title, ofCodeBase) =>
    `| ${[title, ...names.map((name) => cell(ofCodeBase(name))), cell(sum(names.map(ofCodeBase)))].join(" | ")} |`;
  const all = sum(names.flatMap((name) => Object.values(results[name].counts)));
  const { seed } = results[names[0]];
  const touched = Object.entries(kinds).map(([kind, where]) => `${kind}: ${where}`);
  return [
    "### On planted bugs",
    `${all.planted} bugs were planted in code bases that know nothing of these rules, one at a time, each of which touches a handle or its promises: up to 40 for each code base, drawn with the seed ${seed} from all that could be planted there, each kind in turn. ${Math.round((all.found / all.planted) * 100)} % are found. Those of worker and pg-boss release by \`finally\` or lend a handle to a callback, and were first written with \`await using\`. \`npm run test:planted -- --list\` plants them again and lists each.`,
    [
      `| kind | ${names.join(" | ")} | all |`,
      `| --- | ${names.map(() => "--- | ").join("")}--- |`,
      ...Object.keys(kinds).map((kind) => row(kind, (name) => results[name].counts[kind])),
      row("all", (name) => sum(Object.values(results[name].counts))),
    ].join("\n"),
    `A bug is found where any finding stands on the lines that it touches, where there was none before (${touched.join("; ")}).`,
    "What is found in the same files as they are, judged by reading the code. Right is what lets a handle go, though it may do no harm in a test; on purpose is what a comment or the test itself means so.",
    [
      "| code base | diagnostic | count | judgement | what it is |",
      "| --- | --- | --- | --- | --- |",
      ...judged.map(
        ({ name, key, count, judgement, what }) =>
          `| ${[name, `\`${key}\``, count, judgement, what].join(" | ")} |`,
      ),
    ].join("\n"),
  ];
}
