import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { type Compile, load, type Task } from "./task";

/** A development server with the project's configuration, which does not listen. */
export const byVite: Compile = async (task) =>
  serve(await load("vite", task.folder), task, { configFile: task.configPath });

/** The same with the configuration that Astro makes of the project's. */
export const byAstro: Compile = async (task) => {
  const { folder, configPath } = task;
  const { getViteConfig } = await load("astro/config", folder);
  const configFile = configPath === undefined ? {} : { configFile: relative(folder, configPath) };
  const configured = getViteConfig({}, { root: folder, logLevel: "silent", ...configFile });
  const config = await configured({ mode: "development", command: "serve" });
  // Astro brings its own Vite, which a project need not find.
  const astro = createRequire(join(folder, "package.json")).resolve("astro/package.json");
  return serve(await load("vite", dirname(astro)), task, { ...config, configFile: false });
};

async function serve(vite: any, task: Task, config: any): Promise<readonly string[]> {
  const server = await vite.createServer({
    ...config,
    root: task.folder,
    logLevel: "silent",
    cacheDir: task.temporary,
    optimizeDeps: { ...config.optimizeDeps, noDiscovery: true, include: [] },
    server: { ...config.server, middlewareMode: true, ws: false, hmr: false, watch: null },
    plugins: [probePlugin(task), ...(config.plugins ?? [])],
  });
  return [(await server.transformRequest(task.file))?.code ?? ""];
}

/** Gives the text of the probe, in the way of Rollup, Rolldown and Vite. */
export const probePlugin = (task: Task): object => ({
  name: "ts-raii:probe",
  enforce: "pre",
  resolveId: (id: string) => (id === task.file ? id : null),
  load: (id: string) => (id === task.file ? task.text : null),
});
