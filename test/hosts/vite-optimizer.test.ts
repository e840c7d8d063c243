import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { testOptimizer } from "./harness/optimizer-tests.ts";

/* The Vite that is installed here, which bundles by Rolldown. The one before it is in vite-7-optimizer.hosts.ts. */

const folder = join(import.meta.dirname, `../../.tmp/hosts-optimizer-${process.pid}`); // `ts-raii` is found there
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testOptimizer(() => folder);
