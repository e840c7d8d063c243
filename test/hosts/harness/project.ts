import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fixtures, type Host, programsModule, programsOf, root } from "./fixture.ts";

/** Outside the repository, so that nothing of it is found by walking up. What is installed stays there for the next run. */
const work = join(tmpdir(), "ts-raii-hosts", hash(root));

function hash(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

let tarball: string | undefined;

/** Packs the package as `npm publish` would, once. It is to be built before. */
export function pack(): string {
  if (tarball !== undefined) return tarball;
  mkdirSync(work, { recursive: true });
  const folder = mkdtempSync(join(work, "tarball-"));
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    stdio: "pipe",
  });
  // At once: another run may be installing the one that was there.
  tarball = join(work, "ts-raii.tgz");
  renameSync(join(folder, readdirSync(folder)[0]!), tarball);
  rmSync(folder, { recursive: true });
  return tarball;
}

/** A host's fixture with the programs, in a folder of its own, with everything installed. */
export interface Project {
  readonly host: Host;
  readonly folder: string;
  /** The environment of its commands: `PATH` leads to its own tools and its Node, `RESULT` to where programs write. */
  readonly env: NodeJS.ProcessEnv;
  readonly result: string;
}

/** Copies a host's fixture and the programs, and installs what its package.json names together with the packed tarball. */
export function createProject(host: Host): Project {
  const folder = join(work, host.name);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (!["node_modules", "package.json", "package-lock.json", ".installed"].includes(name))
      rmSync(join(folder, name), { recursive: true, force: true });
  copySources(host, folder);
  const node = host.node === undefined ? process.execPath : nodeOf(host.node);
  const env = {
    ...process.env,
    PATH: [join(folder, "node_modules/.bin"), dirname(node), process.env["PATH"]].join(delimiter),
    RESULT: join(folder, "result.json"),
    // For servers. Below those that the system gives to clients.
    PORT: String(10_000 + (process.pid % 20_000)),
    NO_COLOR: "1",
    ...host.env,
    FORCE_COLOR: undefined,
    // Those of the run that this test belongs to are not meant for the host.
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter(isOfVitest)
        .map((name) => [name, undefined]),
    ),
  };
  install(host, folder, env);
  return { host, folder, env, result: env.RESULT };
}

/** Whether a variable of the environment is of the run that a test belongs to, and not meant for what it starts. */
export const isOfVitest = (name: string): boolean =>
  /^(VITEST|VITE_|NODE_OPTIONS$|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name);

/** Writes the fixture's files and the programs anew, as they are in the repository. */
export function copySources(host: Host, folder: string): void {
  const isCopied = (path: string): boolean => !/(^|\/)(package|host)\.json$|\/node_modules(\/|$)/.test(path);
  cpSync(join(fixtures, host.name), folder, { recursive: true, filter: isCopied });
  const sources = join(folder, "src");
  const isOwn = (path: string): boolean => !path.endsWith("tsconfig.json");
  const programs = programsOf(host);
  cpSync(join(fixtures, "programs"), sources, { recursive: true, filter: isOwn });
  for (const name of Object.keys(host.without ?? {})) rmSync(join(sources, name));
  writeFileSync(join(sources, "programs.ts"), programsModule(programs));
  if (existsSync(join(fixtures, host.name, "tsconfig.json"))) return;
  const tsconfig = readFileSync(join(fixtures, "programs/tsconfig.json"), "utf8").replace(
    /^ *\/\/.*\n/gm,
    "",
  );
  const parsed = JSON.parse(tsconfig) as { compilerOptions: Record<string, unknown> };
  if (host.decorators === "legacy") parsed.compilerOptions["experimentalDecorators"] = true;
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(parsed, undefined, 2));
}

/** Installs only what has changed since the last run. */
function install({ name }: Host, folder: string, env: NodeJS.ProcessEnv): void {
  const manifest = readFileSync(join(fixtures, name, "package.json"), "utf8");
  const packed = pack();
  const content = readFileSync(packed); // npm writes no times into it
  const stamp = `${hash(manifest)} ${hash(content)}`;
  const stampFile = join(folder, ".installed");
  const before = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
  if (before === stamp) return;
  rmSync(stampFile, { force: true });
  if (before.split(" ")[0] !== hash(manifest))
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  rmSync(join(folder, "package-lock.json"), { force: true });
  rmSync(join(folder, "node_modules/ts-raii"), { recursive: true, force: true });
  rmSync(join(folder, "node_modules/.package-lock.json"), { force: true });
  // Their keys have the version of ts-raii, which is the same for all that is packed here.
  for (const cache of [".cache", ".farm", ".vite", ".astro", ".nitro"])
    rmSync(join(folder, "node_modules", cache), { recursive: true, force: true });
  const parsed = JSON.parse(manifest) as { dependencies?: object };
  parsed.dependencies = { ...parsed.dependencies, "ts-raii": `file:${packed}` };
  writeFileSync(join(folder, "package.json"), JSON.stringify(parsed, undefined, 2));
  const flags = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"];
  // A package that needs its install script is named in "allowScripts" of the fixture's package.json.
  const { status, stdout, stderr } = spawnSync("npm", ["install", ...flags], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm install in ${folder} failed:\n${stdout}${stderr}`);
  writeFileSync(stampFile, stamp);
}

const nodes = new Map<string, string>();

/** The path of another Node, by npm's `node` package. */
export function nodeOf(version: string): string {
  let path = nodes.get(version);
  if (path === undefined) {
    const args = ["exec", "--yes", `--package=node@${version}`, "--", "which", "node"];
    path = execFileSync("npm", args, { encoding: "utf8", cwd: tmpdir() }).trim();
    nodes.set(version, path);
  }
  return path;
}
