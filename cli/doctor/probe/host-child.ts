// Runs in a process of its own: lets a host compile a probe as it compiles the project, and writes what came of it to standard
// output. Nothing is written into the project.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What there is to compile, and by what. */
interface Task {
  readonly folder: string;
  readonly configPath: string | undefined;
  /** A file that does not exist. */
  readonly file: string;
  readonly text: string;
  /** A folder outside of the project, for what the host writes. */
  readonly temporary: string;
}

const [name = "", folder = "", configPath = "", file = "", text = ""] = process.argv.slice(2);

/** Loads a package as the project finds it. */
async function load(id: string): Promise<any> {
  const path = createRequire(join(folder, "package.json")).resolve(id);
  return (await import(pathToFileURL(path).href)) as unknown;
}

/** Gives the text of the probe, in the way of Rollup, Rolldown and Vite. */
const probePlugin = (task: Task): object => ({
  name: "ts-raii:probe",
  enforce: "pre",
  resolveId: (id: string) => (id === task.file ? id : null),
  load: (id: string) => (id === task.file ? task.text : null),
});

async function withVite(task: Task): Promise<string> {
  const vite = await load("vite");
  const server = await vite.createServer({
    root: task.folder,
    ...(task.configPath !== undefined && { configFile: task.configPath }),
    logLevel: "silent",
    cacheDir: task.temporary,
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { middlewareMode: true, ws: false, watch: null },
    plugins: [probePlugin(task)],
  });
  return (await server.transformRequest(task.file))?.code ?? "";
}

/** The first of the configurations of a file: as it stands there, in a list, or made by a function. */
async function firstOf(exported: any, ...args: unknown[]): Promise<any> {
  const config = await (typeof exported === "function" ? exported(...args) : exported);
  return Array.isArray(config) ? firstOf(config[0], ...args) : config;
}

async function withRollup(task: Task): Promise<string> {
  const { rollup } = await load("rollup");
  const { loadConfigFile } = await load("rollup/loadConfigFile");
  const { options } = await loadConfigFile(task.configPath, { silent: true });
  return bundle(rollup, options[0], task);
}

async function withRolldown(task: Task): Promise<string> {
  const { rolldown } = await load("rolldown");
  const { loadConfig } = await load("rolldown/config");
  return bundle(rolldown, await firstOf(await loadConfig(task.configPath), {}), task);
}

async function bundle(build: any, config: any, task: Task): Promise<string> {
  const plugins = [probePlugin(task), config?.plugins];
  const external = (id: string): boolean => id !== task.file;
  const made = await build({ ...config, input: task.file, external, plugins, onLog() {} });
  const { output } = await made.generate({ format: "es" });
  return output[0].code as string;
}

async function withJest(task: Task): Promise<string> {
  const { readConfig } = await load("jest-config");
  const { createScriptTransformer } = await load("@jest/transform");
  const args = { _: [], $0: "jest", ...(task.configPath !== undefined && { config: task.configPath }) };
  const { projectConfig } = await readConfig(args, task.folder);
  const transformer = await createScriptTransformer({ ...projectConfig, cacheDirectory: task.temporary });
  const options = {
    instrument: false,
    supportsDynamicImport: false,
    supportsExportNamespaceFrom: false,
    supportsStaticESM: false,
    supportsTopLevelAwait: false,
  };
  return (await transformer.transformSourceAsync(task.file, task.text, options)).code as string;
}

const hosts: Readonly<Record<string, (task: Task) => Promise<string>>> = {
  vite: withVite,
  rollup: withRollup,
  rolldown: withRolldown,
  jest: withJest,
};

const temporary = mkdtempSync(join(tmpdir(), "ts-raii-doctor-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
hosts[name]!({ folder, configPath: configPath || undefined, file, text, temporary }).then(
  (output) => end({ output }),
  // Some hosts hand on what a plugin has thrown, which need be no Error.
  (error: any) => end({ error: String(error?.message ?? error), reason: said(error) }),
);

/** The first line of an error, and of what has caused it. */
function said(error: any): string {
  const [line] = String(error?.message ?? error).split("\n");
  return error?.cause === undefined ? line! : `${line} ${said(error.cause)}`;
}

/** A server or a plugin may hold the process. */
function end(outcome: object): void {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit());
}
