// Writes the table of hosts in docs/hosts.md, from what `RECORD=1 npm run test:hosts` has recorded, and the configurations in
// README.md, from the fixtures: `npm run docs`. With --check it only says whether they are current.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const fixtures = join(root, "fixtures/hosts");
const results = JSON.parse(readFileSync(join(fixtures, "results.json"), "utf8"));
const hosts = readdirSync(fixtures)
  .filter((name) => existsSync(join(fixtures, name, "host.json")))
  .map((name) => ({ name, ...JSON.parse(readFileSync(join(fixtures, name, "host.json"), "utf8")) }))
  .sort((a, b) => a.family.localeCompare(b.family) || a.title.localeCompare(b.title));

/** A table in Markdown, with its columns aligned as Prettier aligns them. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells, fill) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column], fill)).join(" | ")} |`;
  const [head, ...body] = rows.map((row) => line(row, " "));
  return [
    head,
    line(
      widths.map(() => ""),
      "-",
    ),
    ...body,
  ].join("\n");
}

const recorded = hosts.filter(({ name }) => results[name] !== undefined);
const without = recorded.filter((host) => host.without !== undefined);
const hostsTable = table([
  ["Host", "Version", "Node", "What is run"],
  ...recorded.map(({ name, title, modes }) => {
    const { version, node, passed } = results[name];
    const ran = modes.filter((mode) => passed.includes(mode.name)).map((mode) => mode.name);
    return [title, version, node, ran.join(", ")];
  }),
]);
const onlyLines = recorded
  .filter((host) => host.onlyLines !== undefined)
  .map((host) => `- ${host.title}: the columns of \`error.stack\`. ${host.onlyLines}.`);
const noStacks = recorded
  .filter((host) => host.stacks !== undefined)
  .map((host) => `- ${host.title}: \`error.stack\`. ${capitalized(host.stacks)}.`);
const exclusions = without
  .flatMap(({ title, without }) =>
    Object.entries(byReason(without)).map(
      ([reason, programs]) => `- ${title}: ${programs.map((each) => `\`${each}\``).join(", ")}. ${reason}.`,
    ),
  )
  .concat(onlyLines, noStacks)
  .join("\n");

function capitalized(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** Node 20 has no Object.groupBy. */
function byReason(reasons) {
  const groups = {};
  for (const [program, reason] of Object.entries(reasons)) (groups[reason] ??= []).push(program);
  return groups;
}

/** The lines of a configuration that name the plugin, at most five. */
function snippet({ name, config, snippet: file = config }) {
  const lines = readFileSync(join(fixtures, name, file), "utf8").split("\n");
  const own = lines.flatMap((line, index) => (/\braii\(|ts-raii\//.test(line) ? [index] : []));
  if (own.length === 0 || own.length > 5)
    throw new Error(`${name}: ${own.length} lines of ${file} name ts-raii`);
  const shown = own.flatMap((index, at) =>
    at > 0 && own[at - 1] < index - 1 ? ["// …", lines[index]] : [lines[index]],
  );
  return ["js", `// ${file}`, ...shown];
}

/** What stands between `// use with: <file>` and `// end` in a file of the fixture, with the import that it needs. */
function markedSnippet({ name }) {
  for (const file of readdirSync(join(fixtures, name))) {
    const text = /\.[cm]?js$/.test(file) ? readFileSync(join(fixtures, name, file), "utf8") : "";
    const [, before, title, indent, marked] =
      /^([^]*?)\n *\/\/ use with: (.*)\n( *)([^]*?)\n *\/\/ end\n/.exec(text) ?? [];
    if (marked === undefined) continue;
    const imports = before.split("\n").filter((line) => /["']ts-raii\//.test(line));
    const shown = marked.replaceAll(`\n${indent}`, "\n").replace(/, options\)/g, ")"); // what only the programs need
    return ["js", `// ${title}`, ...imports, ...(imports.length > 0 ? ["// …"] : []), shown];
  }
  return undefined;
}

/** The commands of a host that needs no configuration. */
function commands({ modes }) {
  const shown = modes
    .map(({ run }) => run?.at(-1))
    .filter((command) => command?.includes("ts-raii/register"));
  if (shown.length === 0) return undefined;
  return ["sh", ...shown.map((command) => command.replace(/(src|dist)\/main\./, "app."))];
}

/** Hosts that are set up alike share a fold: the versions of one tool. */
const titles = {};
for (const host of hosts) {
  const hasFile = host.config !== undefined || host.snippet !== undefined;
  const lines = hasFile ? snippet(host) : (markedSnippet(host) ?? commands(host));
  if (lines === undefined) continue;
  const [language, ...shown] = lines;
  (titles[`\`\`\`${language}\n${shown.join("\n")}\n\`\`\``] ??= []).push(host.title);
}
const folds = Object.entries(titles)
  .map(
    ([text, of]) => `<details>
<summary>${of.join(", ")}</summary>

${text}

</details>`,
  )
  .join("\n");

let isCurrent = true;
function write(file, marker, content) {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const place = new RegExp(`(<!-- ${marker}:.*-->\n)[^]*?(\n<!-- /${marker} -->)`);
  if (!place.test(before)) throw new Error(`${file} has no place for ${marker}`);
  const after = before.replace(place, (_, start, end) => `${start}\n${content}\n${end}`);
  if (!process.argv.includes("--check")) writeFileSync(path, after);
  else if (after !== before) {
    console.error(`"${marker}" in ${file} is not current: run \`npm run docs\`.`);
    isCurrent = false;
  }
}
write("docs/hosts.md", "hosts", hostsTable);
write("docs/hosts.md", "exclusions", exclusions === "" ? "None." : exclusions);
write("README.md", "use-with", folds);
if (!isCurrent) process.exit(1);
