import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { writeFiles } from "../cli/run-cli.ts";
import { nodeOf, pack } from "./harness/project.ts";
import { runCommand } from "./harness/run-command.ts";

/*
 * What npm installs depends on Node: it takes the newest version whose `engines` fit. `doctor` is to be content with that.
 */

const installs = ["npm install ts-raii", "npm install --save-dev typescript@6 ts-patch"];

it.each(["20", "24"])(
  "Node %s: what npm installs builds, and doctor has nothing to say against it",
  (version) => {
    const folder = mkdtempSync(join(tmpdir(), "ts-raii-doctor-"));
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" };
    // npm is started by the Node that comes first.
    env["PATH"] = [join(folder, "node_modules/.bin"), dirname(nodeOf(version)), env["PATH"]].join(delimiter);
    const run = (command: string): string => runCommand(command, folder, env);
    try {
      writeFiles(folder, {
        "package.json": { private: true, type: "module", scripts: { build: "tspc" } },
        "tsconfig.json": {
          compilerOptions: {
            target: "es2022",
            module: "nodenext",
            lib: ["es2023", "esnext.disposable"],
            types: [],
            rootDir: "src",
            outDir: "dist",
            plugins: [{ name: "ts-raii", transform: "ts-raii/transformer" }],
          },
        },
        "src/main.ts": `import { raii } from "ts-raii";
function main(): string {
  "use raii";
  const handle = raii({ [Symbol.dispose]() {} });
  return typeof handle;
}
if (main() !== "object") throw new Error("main() gives something else");
`,
      });
      for (const command of installs) {
        const [npm, ...words] = command.replace(/\bts-raii$/, `"${pack()}"`).split(" ");
        run([npm, ...words, "--no-audit", "--no-fund", "--loglevel", "error"].join(" "));
      }
      expect(run("node --version")).toMatch(new RegExp(`^v${version}\\.`));
      const { checks } = JSON.parse(run("ts-raii doctor --format json")) as { checks: { status: string }[] };
      expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
      run("npm run build");
      run("node dist/main.js");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
