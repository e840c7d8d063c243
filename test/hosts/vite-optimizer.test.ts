import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createServer } from "vite";
import { afterAll, expect, it } from "vitest";
import type { Options } from "../../hosts/options.ts";

/*
 * Vite's development server bundles dependencies by themselves, without the plugins of the project.
 */

const raii = createRequire(import.meta.url)("../../dist/hosts/vite.js") as (options?: Options) => any;
const folder = join(import.meta.dirname, `../../.tmp/hosts-optimizer-${process.pid}`); // `ts-raii` is found there
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = `import { raii } from "ts-raii";
const open = (): Disposable => ({ [Symbol.dispose]() {} });
export function main(): string {
  "use raii";
  const handle = raii(open());
  return typeof handle;
}
`;
const mistake = source.replace('  "use raii";\n', "").replace("main", "mistake");

/** A project that imports a package, which Vite is told to bundle. */
function write(name: string, { isLinked }: { readonly isLinked: boolean }): string {
  const root = join(folder, name);
  const place = isLinked ? "packages/dependency" : "node_modules/dependency";
  const files = {
    "package.json": '{ "type": "module" }',
    "index.html": '<script type="module" src="/main.ts"></script>',
    // Vite looks through it for imports, and then nothing of it is to be compiled, nor reported.
    "main.ts": `export { main } from "dependency";\nimport "./mistake.ts";\n`,
    "mistake.ts": mistake,
    [`${place}/package.json`]: '{ "name": "dependency", "type": "module", "main": "index.ts" }',
    [`${place}/index.ts`]: source,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  if (isLinked) {
    mkdirSync(join(root, "node_modules"));
    symlinkSync(join(root, place), join(root, "node_modules/dependency"), "junction");
  }
  return root;
}

/** What Vite has bundled of the package. */
async function optimize(root: string, options: Options): Promise<string> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "silent",
    optimizeDeps: { include: ["dependency"] },
    server: { middlewareMode: true, ws: false },
    plugins: [raii(options)],
  });
  try {
    const { metadata } = server.environments.client.depsOptimizer!;
    const info = metadata.optimized["dependency"] ?? metadata.discovered["dependency"]!;
    await info.processing;
    return readFileSync(info.file, "utf8").slice(-400); // behind the runtime, which is bundled, too
  } finally {
    await server.close();
  }
}

it("a linked package that nobody has compiled is compiled, with the options of the plugin", async () => {
  const root = write("linked", { isLinked: true });
  expect(await optimize(root, {})).toMatch(/\braii\.drive\(main_program\(\)\)/);
  // Vite keeps what it has bundled: other options are another bundle.
  const inline = await optimize(root, { lowering: "inline" });
  expect(inline).not.toContain("main_program");
  expect(inline).toContain("} finally {");
});

it("a package that is installed, and that nobody has compiled, ends Vite with the place", () => {
  const root = write("installed", { isLinked: false });
  const script = `import { createServer } from "vite";
import raii from "ts-raii/vite";
await createServer({
  configFile: false,
  logLevel: "silent",
  optimizeDeps: { include: ["dependency"] },
  server: { middlewareMode: true, ws: false },
  plugins: [raii()],
});
`;
  writeFileSync(join(root, "serve.mjs"), script);
  const { status, stderr } = spawnSync(process.execPath, ["serve.mjs"], { cwd: root, encoding: "utf8" });
  expect(stderr).toContain("raii() was not compiled and would throw when it runs");
  expect(stderr).toMatch(/dependency[/\\]index\.ts:5:\d/);
  expect(status).not.toBe(0);
});
