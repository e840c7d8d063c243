import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { writeFiles } from "../cli/run-cli.ts";
import { readHost } from "./harness/fixture.ts";
import { createProject } from "./harness/project.ts";
import { runCommand } from "./harness/run-command.ts";

it("a project of Deno that has a deno.json alone: init sets it up, and its task runs", () => {
  const deno = createProject(readHost("deno"));
  const installed = join(deno.folder, "node_modules/ts-raii");
  const folder = mkdtempSync(join(tmpdir(), "ts-raii-deno-"));
  const env = {
    ...deno.env,
    PATH: [join(deno.folder, "node_modules/.bin"), deno.env["PATH"]].join(delimiter),
  };
  const run = (command: string): string => runCommand(command, folder, env);
  try {
    writeFiles(folder, {
      // In place of the registry's.
      "deno.json": {
        imports: { "ts-raii": "npm:ts-raii@0.x" },
        links: [installed],
        tasks: { start: "deno run --allow-all main.ts" },
      },
      "main.ts": `import { raii } from "ts-raii";
function main(): string {
  "use raii";
  const handle = raii({ [Symbol.dispose]: () => console.log("released") });
  return typeof handle;
}
console.log(main());
`,
    });
    const cli = `node ${join(installed, "dist/cli/main.js")}`;
    expect(run(`${cli} init --yes`)).toContain("Built or run by: Deno.");
    const { imports } = JSON.parse(readFileSync(join(folder, "deno.json"), "utf8")) as { imports: object };
    expect(imports).toHaveProperty("typescript");
    expect(run("deno task start")).toContain("released\nobject\n");
    expect(run(`${cli} init --yes`)).toContain("All set");
    expect(run(`${cli} doctor`)).toContain("Deno is set up for ts-raii");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
