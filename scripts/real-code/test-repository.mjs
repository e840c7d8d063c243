import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { git, prepare } from "./prepare.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
/** They ask for it, and it has `using` and DisposableStack itself. */
const node = ["exec", "--yes", "--package=node@24", "--", "node"];

/**
 * Migrates a code base from `using` to raii() and back, and runs its own type check and tests before, between and after.
 *
 * @param folder a new one is made in it.
 * @param check is told what was looked at, whether it is as before, and what is not.
 */
export function testRepository(repository, folder, check) {
  const { name, commit, projects, config } = repository;
  console.log(`\n${name} ${commit.slice(0, 10)}`);
  const root = `${folder}/${name}`;
  const obstacle = prepare(repository, root);
  if (obstacle !== undefined) {
    console.log(`  skip  ${obstacle}`);
    return;
  }
  symlinkSync(path("../.."), `${root}/node_modules/ts-raii`, "junction");
  mkdirSync(`${root}/node_modules/ts-raii-plugin`);
  symlinkSync(path("vite-plugin.mjs"), `${root}/node_modules/ts-raii-plugin/index.mjs`);
  writeFileSync(
    `${root}/node_modules/ts-raii-plugin/package.json`,
    JSON.stringify({ name: "ts-raii-plugin", type: "module", exports: "./index.mjs" }),
  );
  writeFileSync(`${root}/vitest.raii.config.mjs`, config);

  const before = observe(root, projects);
  console.log(`        before: ${describe(before)}`);
  const changes = { forward: [], back: ["--back"] };
  for (const [direction, options] of Object.entries(changes)) {
    for (const project of projects) {
      const { stdout, status } = spawnSync(
        process.execPath,
        [path("../../dist/cli/main.js"), "migrate", "using", "-p", project, ...options],
        { cwd: root, encoding: "utf8" },
      );
      const lines = stdout.trim().split("\n");
      check(`${direction}, ${project}: ${lines.pop()}`, status === 0, lines);
    }
    const diff = git(root, "diff", "--stat", "--", "*.ts", "*.tsx").trim(); // an install may change a lock file
    if (direction === "back") {
      check("back: the text is what it was, and so are its types and tests", diff === "", diff.split("\n"));
      if (diff === "") continue;
    } else console.log(`        forward: ${diff.split("\n").at(-1).trim()}`);
    const after = observe(root, projects);
    console.log(`        ${direction}: ${describe(after)}`);
    const errors = after.errors.filter((each) => !before.errors.includes(each));
    check(`${direction}: type-checks as before`, errors.length === 0, errors);
    const failed = after.failed.filter((each) => !before.failed.includes(each));
    check(`${direction}: the tests pass as before`, failed.length === 0, failed);
    check(`${direction}: as many tests run`, after.passed + after.failed.length >= before.passed);
  }
}

function describe({ errors, passed, failed }) {
  return `${errors.length} type errors, ${passed} tests pass, ${failed.length} fail`;
}

/** The type errors, without their places, and the results of the tests. */
function observe(root, projects) {
  const errors = projects.flatMap((project) => {
    const tsc = [`${root}/node_modules/typescript/bin/tsc`, "--noEmit", "--pretty", "false", "-p", project];
    const { stdout } = spawnSync(process.execPath, tsc, { cwd: root, encoding: "utf8", maxBuffer: 1e9 });
    return stdout.split("\n").filter((line) => /^\S.*: error TS/.test(line));
  });
  const report = `${root}/node_modules/.ts-raii-report.json`;
  rmSync(report, { force: true });
  const vitest = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "vitest.raii.config.mjs",
    "--maxWorkers=2",
  ];
  const args = [...node, ...vitest, "--reporter=json", `--outputFile=${report}`];
  spawnSync("npm", args, { cwd: root, stdio: "ignore" });
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  const tests = testResults.flatMap(({ name, message, assertionResults }) =>
    assertionResults.length === 0
      ? [{ fullName: `${name}: ${message}`, status: "failed" }]
      : assertionResults.map((each) => ({
          ...each,
          fullName: `${name.slice(root.length)} ${each.fullName}`,
        })),
  );
  return {
    errors: errors.map((each) => each.replace(/\(\d+,\d+\)/, "")),
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
  };
}
