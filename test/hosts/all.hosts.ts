import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  componentEvents,
  expectedEvents,
  expectedFrames,
  type Observed,
  observedFrames,
} from "./harness/expected.ts";
import { fixtures, type Host, selectedHosts } from "./harness/fixture.ts";
import { copySources, createProject, type Project } from "./harness/project.ts";
import { record } from "./harness/record.ts";
import {
  runCommand,
  runPrograms,
  runUntilFailure,
  watchPrograms,
  withConfig,
  withSource,
} from "./harness/run-mode.ts";
import { bareCommand, strip } from "./harness/without-raii.ts";

const frames = expectedFrames(readFileSync(join(fixtures, "programs/stack.ts"), "utf8"));

function expectPrograms(observed: Observed, host: Host, mode: string): void {
  expect(observed.events).toEqual(expectedEvents(host));
  if (host.component !== undefined) expectComponent(observed.component, host, mode);
  if (host.stacks !== undefined) return;
  const expected = host.onlyLines === undefined ? frames : linesOf(frames);
  const shown = host.onlyLines === undefined ? observed.stacks : withoutColumns(observed.stacks);
  expect(observedFrames(shown, expected), JSON.stringify(observed.stacks, undefined, 2)).toEqual(expected);
}

/** The lines alone: frameworks map what they make of a component more coarsely. */
function expectComponent(component: Observed["component"], { name, ...host }: Host, mode: string): void {
  expect(component?.events).toEqual([...componentEvents, ...(host.componentEvents ?? [])]);
  if (host.componentStacks?.[mode] !== undefined) return;
  const file = host.component!.split("/").at(-1)!;
  const places = linesOf(expectedFrames(readFileSync(join(fixtures, name, host.component!), "utf8")));
  const stacks = { component: component!.stack.replace(/:(\d+):\d+/g, ":$1:1") };
  expect(observedFrames(stacks, places, file), component!.stack).toEqual(places);
}

/** What the host has built for browsers is compiled, too. */
function expectClient(folder: string): void {
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.m?js$/.test(path),
  );
  const texts = scripts.map((path) => readFileSync(join(folder, path), "utf8"));
  const own = texts.filter((text) => text.includes("read first second") || text.includes("release "));
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((text) => /["'`]use raii["'`];/.test(text))).toEqual([]);
  expect(own.some((text) => /\.drive\(|\.waits\(\)/.test(text))).toBe(true);
}

const linesOf = (places: typeof frames): typeof frames =>
  Object.fromEntries(
    Object.entries(places).map(([name, all]) => [name, all.map((place) => place.replace(/:.*/, ":1"))]),
  );

const withoutColumns = (stacks: Observed["stacks"]): Observed["stacks"] =>
  Object.fromEntries(
    Object.entries(stacks).map(([name, stack]) => [name, stack.replace(/(stack\.ts:\d+):\d+/g, "$1:1")]),
  );

describe.each(selectedHosts())("$title", { timeout: 900_000 }, (host) => {
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
      expectPrograms(first, host, mode.name);
      const { sync, ...rest } = expectedEvents(host);
      const changed = sync!.map((event) => event.replace(/^(open |release )?a\b/, "$1changed"));
      // A server does not load the other programs again: they go on counting.
      const others = mode.isLazy ? Object.keys(rest) : rest;
      const { sync: ofChanged, ...ofOthers } = last.events;
      expect(ofChanged).toEqual(changed);
      expect(mode.isLazy ? Object.keys(ofOthers) : ofOthers).toEqual(others);
    } else {
      expectPrograms(runPrograms(project, mode.run), host, mode.name);
      if (host.client !== undefined) expectClient(join(project.folder, host.client));
    }
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

  // Hosts that have no plugin of ts-raii: Node, Jest, and those that check types. Of the others, see below.
  const [first] = host.modes.filter((mode) => !("watch" in mode));
  it.skipIf(host.config !== undefined || first === undefined)(
    "is not set up: the program says so when it runs, and doctor before that",
    () => {
      try {
        const changed = strip(project);
        const commands = first!.run.filter((command) => !command.startsWith("ts-raii "));
        const { events } = runPrograms(project, commands.map(bareCommand));
        expect(events["sync"]!.at(-1)).toContain("threw UntransformedError: raii() was not compiled");
        expect(events["sync"]!.at(-1)).toContain("npx ts-raii doctor tells why");
        if (changed.length === 0) return; // what doctor goes by are the scripts of package.json
        const { output } = runCommand(project, "ts-raii doctor --format json");
        const { checks } = JSON.parse(output) as {
          checks: { id: string; status: string; advice?: string }[];
        };
        const found = checks.filter(({ id, status }) => id.startsWith("host:") && status !== "ok");
        expect(found, output).not.toEqual([]);
        for (const { advice } of found) expect(advice).toContain("Write, or let npx ts-raii init do it");
      } finally {
        copySources(host, project.folder);
      }
    },
  );

  describe.skipIf(host.config === undefined)("the plugin", () => {
    const runs = host.modes.filter(
      (mode, index) => index === 0 || ("isOtherBundler" in mode && mode.isOtherBundler),
    );

    it.each(runs)(
      "$name: leaves a module out that calls raii: the build fails, with the place and what to do",
      ({ run }) => {
        const { fails, output } = withConfig(project, "{ exclude: /[/\\\\]sync\\.ts$/ }", () =>
          runUntilFailure(project, run),
        );
        expect(fails, output).toBe(true);
        expect(output).toContain("raii() was not compiled and would throw when it runs");
        expect(output).toMatch(/src[/\\]sync\.ts[^]*\b6:\d+|\b6:\d+[^]*src[/\\]sync\.ts/);
        if (host.withoutFrames === undefined) expect(output).toContain("raii(open(log, from))");
      },
    );

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
      const missing = withConfig(project, undefined, found);
      expect(new Set(missing.map(({ status }) => status))).toEqual(new Set(["problem"]));
    });

    it.each(runs)("$name: is missing: the program says so when it runs, and what to do", ({ run }) => {
      const { events } = withConfig(project, undefined, () => runPrograms(project, run));
      expect(events["sync"]!.at(-1)).toContain("threw UntransformedError: raii() was not compiled");
      expect(events["sync"]!.at(-1)).toContain("ts-raii/vite");
    });

    it.each(runs)(
      "$name: has other options than in the last build: no cache keeps what was compiled before",
      ({ name, run }) => {
        // From the environment: some hosts build anew where the file of the configuration has changed.
        const options = "JSON.parse(process.env.RAII_OPTIONS)";
        const [program, inline] = withConfig(project, options, () =>
          ["program", "inline"].map((lowering) => {
            const env = { ...project.env, RAII_OPTIONS: JSON.stringify({ lowering }) };
            return runPrograms({ ...project, env }, run);
          }),
        ) as [Observed, Observed];
        expect(program.stacks["sync"]).toContain("inner_program");
        expect(inline.stacks["sync"]).not.toContain("inner_program");
        expectPrograms(inline, host, name);
      },
    );
  });
});
