import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectedEvents } from "./harness/expected.ts";
import { selectedHosts } from "./harness/fixture.ts";
import { copySources, createProject, type Project } from "./harness/project.ts";
import { runPrograms } from "./harness/run-mode.ts";
import { bareCommand, configFiles, strip } from "./harness/without-raii.ts";

/** The fixtures that `init` does not lead to, each with the reason. */
const without: Readonly<Record<string, string>> = {
  "node-20": "JavaScript that `tsc` has written, which `init` builds by `tspc`",
};

const selected = selectedHosts().filter(({ name }) => !Object.hasOwn(without, name));

/** The programs hand out a handle on purpose. */
function allowEscape(project: Project): void {
  const options = '{ severity: { escape: "off" } }';
  for (const name of [...configFiles(project), "tsconfig.json"]) {
    const path = join(project.folder, name);
    const text = readFileSync(path, "utf8")
      .replace("raii(program)", `raii(program, ${options})`)
      .replace("raii(service.getProgram())", `raii(service.getProgram(), ${options})`)
      .replace(
        '"transform": "ts-raii/transformer" }',
        '"transform": "ts-raii/transformer", "severity": { "escape": "off" } }',
      )
      .replace(
        '["ts-raii/transformer"]',
        '[{ "name": "ts-raii/transformer", "options": { "severity": { "escape": "off" } } }]',
      );
    writeFileSync(path, text);
  }
}

describe.each(selected)("$title, set up by init", (host) => {
  it("runs the programs, and a second time changes nothing", () => {
    const project = createProject(host);
    const { folder, env } = project;
    const manifestPath = join(folder, "package.json");
    const manifest = readFileSync(manifestPath, "utf8");
    const [mode] = host.modes.filter((each) => !("watch" in each));
    const steps = mode!.run.map((command, index) => [`step-${index}`, bareCommand(command)] as const);
    try {
      strip(project);
      const scripts = Object.fromEntries(steps);
      writeFileSync(
        manifestPath,
        JSON.stringify({ ...(JSON.parse(manifest) as object), scripts }, undefined, 2),
      );
      const initialize = (): { status: number | null; output: string } => {
        const { status, stdout, stderr } = spawnSync("ts-raii", ["init", "--yes", "--no-install"], {
          cwd: folder,
          env,
          encoding: "utf8",
        });
        return { status, output: stdout + stderr };
      };
      const first = initialize();
      expect(first.output).toContain("Changed ");
      expect(first.status, first.output).toBe(0);
      const second = initialize();
      expect(second.output).toContain("All set");
      allowEscape(project);
      const { events } = runPrograms(
        project,
        steps.map(([name]) => `npm run --silent ${name}`),
      );
      expect(events).toEqual(expectedEvents(host));
    } finally {
      writeFileSync(manifestPath, manifest);
      rmSync(join(folder, "bunfig.toml"), { force: true });
      copySources(host, folder);
    }
  }, 600_000);
});
