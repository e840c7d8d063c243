import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { Options } from "../../../hosts/options.ts";

const source = `import { raii } from "ts-raii";
const open = (): Disposable => ({ [Symbol.dispose]() {} });
export function main(): string {
  "use raii";
  const handle = raii(open());
  return typeof handle;
}
`;
const mistake = source.replace('  "use raii";\n', "").replace("main", "mistake");

/** Starts a development server, and prints what it has bundled of the package: the end of it, for the runtime comes first. */
const script = `import { readFileSync } from "node:fs";
import raii from "ts-raii/vite";
import { createServer } from "vite";

const server = await createServer({
  configFile: false,
  logLevel: "silent",
  optimizeDeps: { include: ["dependency"] },
  server: { middlewareMode: true, ws: false },
  plugins: [raii(JSON.parse(process.argv[2]))],
});
const { metadata } = server.environments.client.depsOptimizer;
const info = metadata.optimized.dependency ?? metadata.discovered.dependency;
await info.processing;
console.log(readFileSync(info.file, "utf8").slice(-400));
await server.close();
`;

/** Writes a project that imports a package, which Vite is told to bundle. @returns its folder. */
function write(root: string, { isLinked }: { readonly isLinked: boolean }): string {
  const place = isLinked ? "packages/dependency" : "node_modules/dependency";
  const files = {
    "package.json": '{ "type": "module" }',
    "index.html": '<script type="module" src="/main.ts"></script>',
    // Vite looks through it for imports, and then nothing of it is to be compiled, nor reported.
    "main.ts": `export { main } from "dependency";\nimport "./mistake.ts";\n`,
    "mistake.ts": mistake,
    "serve.mjs": script,
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

function serve(root: string, options: Options) {
  const args = ["serve.mjs", JSON.stringify(options)];
  return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
}

/**
 * The tests of Vite's optimizer, which bundles dependencies without the plugins of the project.
 *
 * @param home gives a folder in which Vite and ts-raii are found.
 */
export function testOptimizer(home: () => string): void {
  it("a linked package that nobody has compiled is compiled, with the options of the plugin", () => {
    const root = write(join(home(), "linked"), { isLinked: true });
    const optimized = (options: Options): string => {
      const { status, stdout, stderr } = serve(root, options);
      expect(status, stderr).toBe(0);
      return stdout;
    };
    expect(optimized({})).toMatch(/\.drive\(main_program\(\)\)/);
    // Vite keeps what it has bundled: other options are another bundle.
    const inline = optimized({ lowering: "inline" });
    expect(inline).not.toContain("main_program");
    expect(inline).toContain("} finally {");
  });

  it("a package that is installed, and that nobody has compiled, ends Vite with the place", () => {
    const { status, stderr } = serve(write(join(home(), "installed"), { isLinked: false }), {});
    expect(stderr).toContain("raii() was not compiled and would throw when it runs");
    expect(stderr).toMatch(/dependency[/\\]index\.ts:5:\d/);
    expect(status).not.toBe(0);
  });
}
