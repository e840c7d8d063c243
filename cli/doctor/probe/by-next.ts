import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { findRoot } from "./outside";
import { type Compile, isResolved } from "./task";

/**
 * `next build` of an application in a folder of the project, with the project's configuration and one route. The build runs the route,
 * for it is static: what it answers is the outcome.
 */
export const byNext: Compile = async ({ folder, configPath, importSource, place, args }) => {
  const route = join(place, "app/probe");
  mkdirSync(route, { recursive: true });
  // Next installs what it misses for TypeScript.
  const isTypeScript =
    existsSync(join(folder, "tsconfig.json")) &&
    ["typescript", "@types/react", "@types/node"].every((each) => isResolved(`${each}/package.json`, folder));
  writeFileSync(join(route, `route.${isTypeScript ? "ts" : "js"}`), routeText(importSource, isTypeScript));
  if (isTypeScript) writeFileSync(join(place, "tsconfig.json"), '{ "extends": "../tsconfig.json" }');
  for (const name of readdirSync(folder).filter((each) => each.startsWith(".env")))
    symlinkSync(join(folder, name), join(place, name));
  const isTypeScriptConfig = configPath?.endsWith(".ts") === true;
  const extension = isTypeScriptConfig ? "ts" : "mjs";
  // Next looks for what a TypeScript configuration requires in the working directory.
  const from = isTypeScriptConfig ? configPath : pathToFileURL(configPath ?? "").href;
  const given = configPath === undefined ? "const given = {};" : `import given from ${JSON.stringify(from)};`;
  writeFileSync(join(place, `next.config.${extension}`), configText(given, rootOf(folder)));
  const bin = createRequire(join(folder, "package.json")).resolve("next/dist/bin/next");
  const bundler = args.filter((each) => /^--(?:webpack|turbopack|turbo)$/.test(each));
  const { stdout, stderr } = spawnSync(process.execPath, [bin, "build", ...bundler, place], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: undefined },
  });
  const body = join(place, ".next/server/app/probe.body");
  if (existsSync(body) && readFileSync(body, "utf8") === answer) return "compiled";
  if (/UntransformedError|was not compiled/.test(stdout + stderr)) return "left";
  throw new Error(/^.*\b(?:\w*Error\b|Failed\b)[^]*/m.exec(stderr + stdout)?.[0] ?? "next build fails");
};

const answer = "ts-raii has run";

const routeText = (importSource: string, isTypeScript: boolean): string => {
  const any = isTypeScript ? ": any" : "";
  return `import { raii } from ${JSON.stringify(importSource)};
export const dynamic = "force-static";
function probe(resource${any}) { "use raii"; const handle = raii(resource); return typeof handle; }
export function GET() {
  probe({ [Symbol.dispose]() {} });
  return new Response(${JSON.stringify(answer)});
}
`;
};

const configText = (given: string, root: string): string => `${given}
export default async (...args) => {
  const config = await (typeof given === "function" ? given(...args) : given);
  return {
    ...config,
    distDir: ".next",
    output: undefined,
    basePath: undefined,
    typescript: { ignoreBuildErrors: true },
    turbopack: { root: ${JSON.stringify(root)}, ...config.turbopack },
  };
};
`;

const lockFiles = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "pnpm-workspace.yaml", "bun.lock"];

/** The folder in which Turbopack is to find everything: that of the lock file, or of the modules. */
function rootOf(folder: string): string {
  const found = lockFiles
    .map((each) => findRoot(folder, each))
    .filter((each) => lockFiles.some((file) => existsSync(join(each, file))));
  const next = createRequire(join(folder, "package.json")).resolve("next/package.json");
  const around = dirname(dirname(dirname(next)));
  const [shortest = around] = [...found, around].sort((a, b) => a.length - b.length);
  return folder.startsWith(shortest) ? shortest : folder;
}
