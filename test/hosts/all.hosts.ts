import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectedEvents, expectedFrames, type Observed, observedFrames } from "./harness/expected.ts";
import { fixtures, type Host, selectedHosts } from "./harness/fixture.ts";
import { createProject, type Project } from "./harness/project.ts";
import { record } from "./harness/record.ts";
import {
  runCommand,
  runPrograms,
  runUntilFailure,
  watchPrograms,
  withConfig,
  withSource,
} from "./harness/run-mode.ts";

const frames = expectedFrames(readFileSync(join(fixtures, "programs/stack.ts"), "utf8"));

function expectPrograms(observed: Observed, host: Host): void {
  expect(observed.events).toEqual(expectedEvents(host));
  if (host.stacks !== undefined) return;
  const expected = host.onlyLines === undefined ? frames : linesOf(frames);
  const shown = host.onlyLines === undefined ? observed.stacks : withoutColumns(observed.stacks);
  expect(observedFrames(shown, expected), JSON.stringify(observed.stacks, undefined, 2)).toEqual(expected);
}

const linesOf = (places: typeof frames): typeof frames =>
  Object.fromEntries(
    Object.entries(places).map(([name, all]) => [name, all.map((place) => place.replace(/:.*/, ":1"))]),
  );

const withoutColumns = (stacks: Observed["stacks"]): Observed["stacks"] =>
  Object.fromEntries(
    Object.entries(stacks).map(([name, stack]) => [name, stack.replace(/(stack\.ts:\d+):\d+/g, "$1:1")]),
  );

describe.each(selectedHosts())("$title", (host) => {
  let project: Project;
  const passed = new Set<string>();
  afterAll(() => {
    if (process.env["RECORD"] !== undefined) record(project, passed);
  });
  beforeAll(() => {
    project = createProject(host);
  }, 600_000);

  it.each(host.modes)("$name: the programs run as TypeScript's own build runs them", async (mode) => {
    if ("watch" in mode) {
      const { first, last } = await watchPrograms(project, mode);
      expectPrograms(first, host);
      const { sync, ...rest } = expectedEvents(host);
      const changed = sync!.map((event) => event.replace(/^(open |release )?a\b/, "$1changed"));
      expect(last.events).toEqual({ sync: changed, ...rest });
    } else expectPrograms(runPrograms(project, mode.run), host);
    passed.add(mode.name);
  });

  it.skipIf(host.checksTypes !== true).each(host.modes)(
    "$name: a mistake of raii fails the build, with its place",
    ({ run }) => {
      const withoutDirective = (text: string): string => text.replace('  "use raii";\n', "");
      const { fails, output } = withSource(project, "sync.ts", withoutDirective, () =>
        runUntilFailure(project, run),
      );
      expect(output).toContain("raii-outside-annotated-function");
      expect(output).toMatch(/sync\.ts[:(]5[:,]18/);
      expect(fails, output).toBe(true);
    },
  );

  describe.skipIf(host.config === undefined)("the plugin", () => {
    const { run } = host.modes[0]!;

    it("leaves a module out that calls raii: the build fails, with the place and what to do", () => {
      const { fails, output } = withConfig(project, "raii({ exclude: /[/\\\\]sync\\.ts$/ })", () =>
        runUntilFailure(project, run),
      );
      expect(fails, output).toBe(true);
      expect(output).toContain("raii() was not compiled and would throw when it runs");
      expect(output).toMatch(/src[/\\]sync\.ts[^]*\b6:\d+|\b6:\d+[^]*src[/\\]sync\.ts/);
      if (host.withoutFrames === undefined) expect(output).toContain("raii(open(log, from))");
    });

    it("is there or missing: doctor says so", () => {
      const found = (): readonly { readonly status: string; readonly message: string }[] => {
        const { output } = runCommand(project, "ts-raii doctor --format json");
        const { checks } = JSON.parse(output) as {
          checks: { id: string; status: string; message: string }[];
        };
        return checks.filter(({ id }) => id.startsWith("host:")); // the toolchain is another matter
      };
      const there = found();
      expect(new Set(there.map(({ status }) => status)), JSON.stringify(there)).toEqual(new Set(["ok"]));
      // The text of a configuration that only imports the plugin looks as if it were set up.
      if (!there.every(({ message }) => message.startsWith("A probe"))) return;
      const missing = withConfig(project, "", found);
      expect(new Set(missing.map(({ status }) => status))).toEqual(new Set(["problem"]));
    });

    it("is missing: the program says so when it runs, and what to do", () => {
      const { events } = withConfig(project, "", () => runPrograms(project, run));
      expect(events["sync"]!.at(-1)).toContain("threw UntransformedError: raii() was not compiled");
      expect(events["sync"]!.at(-1)).toContain("ts-raii/vite");
    });

    it("has other options than in the last build: no cache keeps what was compiled before", () => {
      // From the environment: some hosts build anew where the file of the configuration has changed.
      const options = "JSON.parse(process.env.RAII_OPTIONS)";
      const [program, inline] = withConfig(project, `raii(${options})`, () =>
        ["program", "inline"].map((lowering) => {
          const env = { ...project.env, RAII_OPTIONS: JSON.stringify({ lowering }) };
          return runPrograms({ ...project, env }, run);
        }),
      ) as [Observed, Observed];
      expect(program.stacks["sync"]).toContain("inner_program");
      expect(inline.stacks["sync"]).not.toContain("inner_program");
      expectPrograms(inline, host);
    });
  });
});
