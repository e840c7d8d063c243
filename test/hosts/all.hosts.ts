import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { expectedEvents, expectedFrames, type Observed, observedFrames } from "./harness/expected.ts";
import { fixtures, type Host, selectedHosts } from "./harness/fixture.ts";
import { createProject, type Project } from "./harness/project.ts";
import { runPrograms, watchPrograms } from "./harness/run-mode.ts";

const frames = expectedFrames(readFileSync(join(fixtures, "programs/stack.ts"), "utf8"));

function expectPrograms(observed: Observed, host: Host): void {
  expect(observed.events).toEqual(expectedEvents(host));
  if (host.stacks !== undefined) return;
  expect(observedFrames(observed.stacks, frames), JSON.stringify(observed.stacks, undefined, 2)).toEqual(
    frames,
  );
}

describe.each(selectedHosts())("$title", (host) => {
  let project: Project;
  beforeAll(() => {
    project = createProject(host);
  }, 600_000);

  it.each(host.modes)("$name: the programs run as TypeScript's own build runs them", async (mode) => {
    if (!("watch" in mode)) return expectPrograms(runPrograms(project, mode.run), host);
    const { first, last } = await watchPrograms(project, mode);
    expectPrograms(first, host);
    const { sync, ...rest } = expectedEvents(host);
    const changed = sync!.map((event) => event.replace(/^(open |release )?a\b/, "$1changed"));
    expect(last.events).toEqual({ sync: changed, ...rest });
  });
});
