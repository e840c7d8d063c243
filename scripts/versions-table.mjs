// Writes the table of versions in README.md, from package.json: `npm run docs`. With --check it only says whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { newerNodes } from "./node-versions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version, engines, devDependencies } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

/** `"npm:typescript@~5.9.3"` is 5.9. */
const minor = (range) => /\d+\.\d+/.exec(range)[0];
const nodes = [Number(/\d+/.exec(engines.node)[0]), ...newerNodes].join(", ");
/** On Node 20 npm installs the older ts-patch beside either TypeScript. */
const patches = ["ts-patch-3", "ts-patch"].map((name) => minor(devDependencies[name]));
const rows = [
  ["ts-raii", "TypeScript", "ts-patch", "Node that builds", "Node that runs"],
  ...["", "-5"].map((suffix) => [
    minor(version),
    minor(devDependencies[`typescript${suffix}`]),
    suffix === "" ? patches.join(", ") : patches[0],
    nodes,
    nodes,
  ]),
];
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
const line = (cells, fill) =>
  `| ${cells.map((cell, column) => cell.padEnd(widths[column], fill)).join(" | ")} |`;
const [head, ...body] = rows.map((row) => line(row, " "));
const rule = line(
  rows[0].map(() => ""),
  "-",
);
const table = [head, rule, ...body].join("\n");

const path = `${root}/README.md`;
const readme = readFileSync(path, "utf8");
const written = readme.replace(/(<!-- versions:.*-->\n\n)[^]*?(\n\n<!-- \/versions -->)/, `$1${table}$2`);
if (!written.includes(table)) throw new Error("README.md has no place for the table of versions");
if (!process.argv.includes("--check")) writeFileSync(path, written);
else if (written !== readme) {
  console.error("The table of versions in README.md is not current: run `npm run docs`.");
  process.exit(1);
}
