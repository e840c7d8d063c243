// Runs in a process of its own: lets a host compile a probe as it compiles the project, and sends what came of it. What it writes into
// the project is the probe alone, and whoever has started it removes that.
import { rmSync } from "node:fs";
import { byEsbuild } from "./by-esbuild";
import { byFarm } from "./by-farm";
import { byJest } from "./by-jest";
import { byNest } from "./by-nest";
import { byNext } from "./by-next";
import { byNuxt } from "./by-nuxt";
import { byNx } from "./by-nx";
import { byRolldown, byRollup, byTsdown, byTsup } from "./by-rollup";
import { byAstro, byVite } from "./by-vite";
import { byRspack, byWebpack } from "./by-webpack";
import type { Compile, Task } from "./task";

const hosts: Readonly<Record<string, Compile>> = {
  astro: byAstro,
  vite: byVite,
  rollup: byRollup,
  rolldown: byRolldown,
  tsdown: byTsdown,
  tsup: byTsup,
  webpack: byWebpack,
  rspack: byRspack,
  farm: byFarm,
  esbuild: byEsbuild,
  jest: byJest,
  nest: byNest,
  nx: byNx,
  next: byNext,
  nuxt: byNuxt,
};

const [name = "", json = ""] = process.argv.slice(2);
const task = JSON.parse(json) as Task;

// What started it may have been killed.
process.once("disconnect", () => {
  for (const path of [task.file, task.place, task.temporary]) remove(path, { recursive: true, force: true });
  process.exit();
});
const remove = rmSync;

hosts[name]!(task).then(
  (compiled) => process.send!({ compiled }),
  // Some hosts hand on what a plugin has thrown, which need be no Error.
  (error: any) => process.send!({ error: String(error?.message ?? error), reason: said(error) }),
);

/** The first line of an error, and of what has caused it. */
function said(error: any): string {
  const lines = String(error?.message ?? error).split("\n");
  const line = lines.find((each) => each.trim() !== "") ?? "";
  return error?.cause === undefined ? line : `${line} ${said(error.cause)}`;
}
