// npm run bench:rules [-- rounds]: what the rules take beside tsc, on the sources that packages ship: with every function
// annotated, and as they are, as check --using looks at them. In turns, each in a process of its own. Downloads the packages.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { annotateFolder } from "../scripts/real-code/annotate.mjs";

const limit = 0.05;
const rounds = Number(process.argv[2] ?? 5);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const sources = [
  { name: "effect", version: "3.22.4", options: { exactOptionalPropertyTypes: true } },
  { name: "@trpc/server", version: "11.25.2", options: {} },
];
/** What the adapters of trpc are typed by. */
const types = {
  "@types/aws-lambda": "^8.10.0",
  "@types/express": "^5.0.0",
  "@types/ws": "^8.18.0",
  fastify: "^5.0.0",
};

const folder = mkdtempSync(`${tmpdir()}/ts-raii-rules-`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function install() {
  const dependencies = Object.fromEntries(sources.map(({ name, version }) => [name, version]));
  writeFileSync(
    `${folder}/package.json`,
    JSON.stringify({ private: true, dependencies: { ...dependencies, ...types } }),
  );
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  symlinkSync(path(".."), `${folder}/node_modules/ts-raii`, "junction");
  cpSync(path("../scripts/real-code/counted"), `${folder}/node_modules/counted`, { recursive: true });
}

/** One turn. */
function measure({ root, options, mode }) {
  const child = [path("measure-rules.mjs"), root, JSON.stringify(options), mode];
  const output = execFileSync(process.execPath, ["--single-threaded", "--stack-size=4000", ...child], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output);
}

function variantsOf({ name, version, options }) {
  const [plain, annotated] = ["plain", "annotated"].map(
    (kind) => `${folder}/${name.replace("/", "-")}-${kind}`,
  );
  for (const root of [plain, annotated])
    cpSync(`${folder}/node_modules/${name}/src`, root, { recursive: true });
  annotateFolder(annotated);
  return [
    { what: `${name} ${version}, every function annotated`, root: annotated, options, mode: "raii" },
    { what: `${name} ${version}, as it is, --using`, root: plain, options, mode: "using" },
  ];
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

install();
const variants = sources.flatMap(variantsOf);
const turns = variants.map(() => []);
for (let round = 0; round < rounds; round++)
  for (const [index, variant] of variants.entries()) turns[index].push(measure(variant));

let missed = 0;
for (const [index, { what }] of variants.entries()) {
  const { files, lines, findings } = turns[index][0];
  const [tsc, analysis, rules] = ["tsc", "analysis", "rules"].map((part) =>
    median(turns[index].map(({ seconds }) => seconds[part])),
  );
  const share = median(turns[index].map(({ seconds }) => seconds.rules / seconds.tsc));
  if (share > limit) missed++;
  const verdict = (share <= limit ? "holds" : "MISSED").padEnd(6);
  console.log(
    `${verdict}  ${what}: the rules take ${(share * 100).toFixed(1)} % of tsc, at most ${limit * 100} % (${files} files, ${lines} lines; tsc ${tsc.toFixed(1)} s, analysis ${analysis.toFixed(2)} s, rules ${rules.toFixed(2)} s; ${findings} findings)`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;
