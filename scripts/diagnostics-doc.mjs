// Writes docs/diagnostics.md from the table and the fixtures: `npm run docs`. With --check it only says whether it is current.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSource } from "./load-source.mjs";
import { measureCorpus } from "./measure-corpus.mjs";
import { plantedBugs } from "./planted-bugs/report.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { diagnostics } = loadSource("transformer/diagnostics/table.ts");

const categoryOf = ({ category, needsTypes, severityIsFixed }) =>
  [
    category === "off" ? "off unless asked for" : category,
    ...(needsTypes ? ["needs types"] : []),
    ...(severityIsFixed ? ["severity cannot be set"] : []),
  ].join(", ");

const section = ([key, entry]) => {
  const { code, help, helpOfUsing } = entry;
  const folder = `${root}/fixtures/error/${key}`;
  const read = (name) => {
    const file = readdirSync(folder).find((each) => each.startsWith(`${name}.`));
    return `\`\`\`${file.endsWith("json") ? "json" : file.endsWith("ts") ? "ts" : "text"}\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n\`\`\``;
  };
  const has = (file) => readdirSync(folder).includes(file);
  return [
    `## ${key}`,
    `TS${code}, ${categoryOf(entry)}. ${help.includes("{") ? "" : help}`.trim(),
    ...(helpOfUsing === undefined ? [] : [`In code that has \`using\` and no raii: ${helpOfUsing}`]),
    ...(has("notes.md") ? [readFileSync(`${folder}/notes.md`, "utf8").trim()] : []),
    ...(has("options.json") ? ["With the plugin's options", read("options")] : []),
    ...(has("compiler-options.json") ? ["With the compiler options", read("compiler-options")] : []),
    read("input"),
    "is reported as",
    read("expect"),
    "The nearest that is legal:",
    read("legal"),
  ].join("\n\n");
};

/** How well the rules do on the corpus, measured now. */
function corpus() {
  const { right, wrong, missed, snippets } = measureCorpus();
  const count = (kind, key) => kind[key]?.length ?? 0;
  const share = (part, whole) => (whole === 0 ? "" : `${Math.round((part / whole) * 100)} %`);
  const keys = Object.keys(diagnostics).filter((key) => [right, wrong, missed].some((kind) => key in kind));
  const row = (name, r, w, m) => `| ${name} | ${r} | ${w} | ${m} | ${share(r, r + w)} | ${share(r, r + m)} |`;
  const sum = (kind) => keys.reduce((total, key) => total + count(kind, key), 0);
  const places = (kind) =>
    keys.flatMap((key) =>
      (kind[key] ?? []).map((place) => `- \`${key}\` at \`${place}\`: \`${lineAt(place)}\``),
    );
  return [
    "## How well the rules do",
    `Measured on the ${snippets} functions of \`fixtures/corpus/\`, which were written after reading how repositories use \`using\`, \`DisposableStack\` and Python's \`with\`, and labelled by hand: a line that ends in \`//! key\` is wrong. The same people wrote the rules, so take the numbers for what they cover and not for what they promise.`,
    [
      "| diagnostic | found | wrong | missed | precision | recall |",
      "| --- | --- | --- | --- | --- | --- |",
      ...keys.map((key) => row(`\`${key}\``, count(right, key), count(wrong, key), count(missed, key))),
      row("all", sum(right), sum(wrong), sum(missed)),
    ].join("\n"),
    "Where it cannot be told whether something is wrong, the rules are silent.",
    ...(sum(missed) > 0 ? ["What they miss:", places(missed).join("\n")] : []),
    ...(sum(wrong) > 0 ? ["What they find and should not:", places(wrong).join("\n")] : []),
  ];
}

/** What the files of the reported bugs are about. */
const kinds = {
  "promises-alone.ts": "promises left alone",
  "several.ts": "several at once, one of which fails",
  "callbacks-kept.ts": "callbacks that others keep",
  "derived.ts": "what is derived from a handle",
  "paths.ts": "paths in what is released",
  "locks.ts": "work that leaves a lock",
  "stores.ts": "functions that store a handle",
  "suppressed.ts": "suppression that only a type shows",
  "forgotten.ts": "what nobody acquires or closes",
  "chained.ts": "chains of promises",
  "silent.ts": "what looks wrong and is right",
};

/** How well the rules do on bugs that others have reported, by the kind of bug. */
function reported() {
  const { table, misses, share, snippets } = byKind("reported");
  return [
    "### On reported bugs",
    `${snippets} functions of \`fixtures/corpus/reported/\` are modelled on public bug reports, of the kinds that the rules were known to miss, each with its address. They were written and labelled by others than the rules, which have been worked on with these functions in sight since. ${share} % of these bugs are found today.`,
    table,
    misses,
  ];
}

/** The same on functions that nobody who works on the rules has seen. */
function heldOut() {
  const { table, misses, share, snippets } = byKind("held-out");
  return [
    "### On bugs that were kept apart",
    `${snippets} more functions, of \`fixtures/corpus/held-out/\`, were written and labelled by a third author in the same way. The rules were finished before anybody looked at them, and have not been changed for them. ${share} % are found. (Four labels named the rule \`escape-under-lock\` instead of what it reports, \`escape-by-promise\`; these four were corrected.)`,
    table,
    misses,
  ];
}

function byKind(folder) {
  const { right, wrong, missed, snippets } = measureCorpus(folder);
  const places = (kind) => Object.values(kind).flat();
  const [found, alarms, lost] = [places(right), places(wrong), places(missed)];
  const of = (all, file) => all.filter((place) => place.startsWith(`${file}:`)).length;
  const row = (name, counts) => `| ${name} | ${counts.join(" | ")} |`;
  const files = Object.entries(kinds).filter(([file]) =>
    existsSync(`${root}/fixtures/corpus/${folder}/${file}`),
  );
  return {
    snippets,
    share: Math.round((found.length / (found.length + lost.length)) * 100),
    table: [
      "| kind | found | wrong | missed |",
      "| --- | --- | --- | --- |",
      ...files.map(([file, name]) => row(name, [of(found, file), of(alarms, file), of(lost, file)])),
      row("all", [found.length, alarms.length, lost.length]),
    ].join("\n"),
    misses: [
      "What they miss:",
      ...lost.map((place) => `- \`${place}\`: \`${lineAt(`${folder}/${place}`)}\``),
    ].join("\n"),
  };
}

/** The code of a line of the corpus, without its label. */
function lineAt(place) {
  const [file, line] = place.split(":");
  const text = readFileSync(`${root}/fixtures/corpus/${file}`, "utf8").split("\n")[line - 1];
  return text.replace(/\/\/! .*$/, "").trim();
}

/** Where to find each diagnostic on the page. */
function index() {
  const row = ([key, { code, message }]) =>
    `| [\`${key}\`](#${key}) | TS${code} | ${message.replaceAll(/\{\d\}/g, "…").replaceAll("|", "\\|")} |`;
  return [
    "## Index",
    ["| diagnostic | code | message |", "| --- | --- | --- |", ...Object.entries(diagnostics).map(row)].join(
      "\n",
    ),
  ];
}

const page = [
  "# Diagnostics",
  "Everything that is found, with an offence from the tests, what is printed for it, and the nearest legal code. This page is generated by `npm run docs` from `transformer/diagnostics/table.ts` and `fixtures/error/`.",
  "A function that cannot be compiled is emitted so that it throws: compilers emit despite errors (spec S11). What needs types is found where the host has a Program, and never changes what is emitted. The rules look at native `using` declarations, too.",
  'The plugin option `severity` sets how loud a diagnostic is, `"off"`, `"suggestion"`, `"warning"` or `"error"`: `{ "transform": "ts-raii/transformer", "severity": { "escape": "warning" } }`. A build prints no suggestions, and fails on warnings as on errors, for `tsc` fails on whatever is printed.',
  "A comment `// raii-expect-error key` silences one finding of that key on the next line of code, and is an error itself where there is none.",
  "A library says what the values of its handles are worth, by a tag on the declaration of a property or a method; it is read from `.d.ts` files as well. `@scoped`: what this gives is of no use when its object has been released, as the path of a folder that is removed, or a view of its memory. `@independent`: what this gives stands for itself, though it looks as if it went on using its object.",
  ...index(),
  ...corpus(),
  ...reported(),
  ...heldOut(),
  ...plantedBugs(),
  ...Object.entries(diagnostics).map(section),
].join("\n\n");

const path = `${root}/docs/diagnostics.md`;
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== `${page}\n`) {
    console.error("docs/diagnostics.md is not what the table and the fixtures say: npm run docs");
    process.exitCode = 1;
  }
} else writeFileSync(path, `${page}\n`);
