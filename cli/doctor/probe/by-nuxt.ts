import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Compile, load, type Task, writeProbe } from "./task";

/**
 * The development server of Nuxt's pages, and the build of the server's routes, each with what Nuxt makes of the project's configuration.
 * Neither listens, and what Nuxt generates goes into a folder outside of the project.
 */
export const byNuxt: Compile = async (task) => {
  const { folder, temporary } = task;
  const { loadNuxt, build } = await load("nuxt", folder);
  const nuxt = await loadNuxt({
    cwd: folder,
    ready: false,
    overrides: {
      dev: true,
      buildDir: join(temporary, "nuxt"),
      analyzeDir: join(temporary, "analyze"),
      telemetry: false,
      devtools: { enabled: false },
      typescript: { typeCheck: false },
      logLevel: "silent",
      nitro: { output: { dir: join(temporary, "output") } },
    },
  });
  writeProbe(task);
  const outputs: Promise<string>[] = [];
  const add = (output: Promise<string>): void => {
    output.catch(() => {}); // it is awaited later
    outputs.push(output);
  };
  const isDone = new Promise<void>((resolve) => {
    let hasPages = false;
    let hasRoutes = false;
    const note = (): void => (hasPages && hasRoutes ? resolve() : undefined);
    nuxt.hook("vite:serverCreated", (server: any, { isClient }: { isClient?: boolean }) => {
      if (isClient === false) return;
      add(served(server, task));
      hasPages = true;
      note();
    });
    nuxt.hook("nitro:init", (nitro: any) =>
      nitro.hooks.hook("rollup:before", (_: unknown, config: any) => {
        add(bundled(config, task));
        hasRoutes = true;
        note();
      }),
    );
  });
  await nuxt.ready();
  await Promise.race([isDone, build(nuxt).then(() => isDone)]);
  return Promise.all(outputs);
};

async function served(server: any, { file }: Task): Promise<string> {
  return ((await server.transformRequest(file))?.code as string | undefined) ?? "";
}

async function bundled(config: any, task: Task): Promise<string> {
  const nuxt = createRequire(join(task.folder, "package.json")).resolve("nuxt/package.json");
  const { rollup } = await load("rollup", dirname(nuxt));
  const external = (id: string): boolean => id !== task.file;
  const made = await rollup({ ...config, input: task.file, external, onLog() {} });
  const { output } = await made.generate({ format: "es" });
  return output[0].code as string;
}
