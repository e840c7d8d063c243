import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures } from "./fixture.ts";
import type { Project } from "./project.ts";

/** What the table in docs/hosts.md is made of. */
interface Result {
  readonly version: string;
  readonly node: string;
  /** The names of the modes that passed. */
  readonly passed: readonly string[];
}

const path = join(fixtures, "results.json");

/** Notes what passed of a host, and with which versions. `RECORD=1 npm run test:hosts` does so. */
export function record({ host, folder, env }: Project, passed: ReadonlySet<string>): void {
  const results = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, Result>) : {};
  const node = execFileSync("node", ["--version"], { env, encoding: "utf8" }).trim().slice(1);
  const manifest = join(folder, "node_modules", host.package, "package.json");
  const version =
    host.package === "node"
      ? node
      : (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  results[host.name] = { version, node, passed: [...passed] };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(sorted, undefined, 2)}\n`);
}
