import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { selectedHosts } from "./harness/fixture.ts";
import { testOptimizer } from "./harness/optimizer-tests.ts";
import { createProject } from "./harness/project.ts";

/* Vite 7 bundles dependencies by esbuild. Its plugin for that is another one than for Vite 8. */

const host = selectedHosts().find(({ name }) => name === "vite-7");

describe.skipIf(host === undefined)("Vite 7", () => {
  let folder: string;
  beforeAll(() => {
    folder = join(createProject(host!).folder, "optimizer");
    rmSync(folder, { recursive: true, force: true });
  }, 600_000);

  testOptimizer(() => folder);
});
