// Builds dist/: the runtime as ES module and CommonJS; the transformer, the command line and the editor's plugin as CommonJS.
// `tsc` compiles and rolldown bundles. Each entry is one file, beside a file for what several entries need.
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { builtinFiles } from "./builtin-files.mjs";
import { keepPure } from "./keep-pure.mjs";
import { withoutComments } from "./without-comments.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
/** What `tsc` writes, kept from one build to the next: it compiles only what has changed. */
const compiled = join(root, ".tmp/build");

/** Runs `tsc`, which says itself what is wrong. */
async function compile(project) {
  const info = join(compiled, `${project.replaceAll("/", "-")}.tsbuildinfo`);
  const incremental = ["--incremental", "--tsBuildInfoFile", info];
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", project, ...incremental], { cwd: root });
  } catch ({ stdout, stderr }) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(1);
  }
}

const esm = join(root, "dist/runtime/esm");
const cjs = join(root, "dist/runtime/cjs");

const compiledEntries = (extension) => ({
  index: join(compiled, `runtime/index.${extension}`),
  node: join(compiled, `runtime/node/index.${extension}`),
  database: join(compiled, `runtime/database/index.${extension}`),
});

/** The bundlers that have a face of their own. */
const bundlers = ["vite", "rollup", "rolldown", "webpack", "rspack", "esbuild", "farm", "bun"];

/** The frameworks that have one, and the loader of Turbopack that Next is set up with. */
const frameworks = ["next", "nuxt", "turbopack"];

/** What webpack and Rspack load by its path. */
const loaders = ["webpack/loaders/transform", "rspack/loaders/transform"];

/** What runs in the process of the program. The compiler is loaded when the first file with raii comes. */
const ofPrograms = ["register", "register-thread", "compile-text"];

const faces = {
  "transformer/index": join(root, "transformer/index.ts"),
  "source/index": join(root, "source/index.ts"),
  "editor/index": join(root, "editor/index.ts"),
  "eslint/index": join(root, "eslint/index.ts"),
  "cli/main": join(root, "cli/main.ts"),
  "cli/run-init": join(root, "cli/init/run-init.ts"), // with the parser that it needs, for this command alone
  // Processes of their own.
  "cli/probe-child": join(root, "cli/doctor/probe-child.ts"),
  "cli/host-child": join(root, "cli/doctor/probe/host-child.ts"),
  "hosts/jest": join(root, "hosts/jest.ts"),
  ...Object.fromEntries(ofPrograms.map((name) => [`hosts/${name}`, join(root, `hosts/loaders/${name}.ts`)])),
  ...Object.fromEntries(
    [...bundlers, ...frameworks].map((name) => [`hosts/${name}`, join(root, `hosts/${name}.ts`)]),
  ),
  ...Object.fromEntries(
    loaders.map((path) => [`hosts/${path}`, join(root, `node_modules/unplugin/dist/${path}.mjs`)]),
  ),
};

/** Gives what `tsc` wrote together with its source map, so that the maps of the bundles lead to the sources. */
const compiledMaps = {
  name: "compiled-maps",
  load: {
    filter: { id: /\.js$/ },
    handler: (id) => ({ code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") }),
  },
};

/** `module.exports` itself is what hosts take. A module that has nothing but a default export becomes that. */
const exportEquals = {
  name: "export-equals",
  transform: (code) => code.replace(/^export = (\w+);$/m, "export default $1;"),
};

/** What is not reached of unplugin, and what is not where it was once it is bundled. */
const bundledUnplugin = {
  name: "bundled-unplugin",
  transform: {
    filter: { id: /unplugin\/dist\/.*\.mjs$/ },
    handler: (code) =>
      code
        .replace(/__require\("webpack-virtual-modules"\)/, "undefined") // for plugins that resolve and load
        .replace(/"((webpack|rspack)\/loaders\/\w+)\.mjs"/g, '"$1.js"'),
  },
};

/** Its other build calls a `require` that no bundler sees. */
const resolve = { alias: { "jsonc-parser": join(root, "node_modules/jsonc-parser/lib/esm/main.js") } };

const external = /^(node:|typescript$|@babel\/parser$)/;

/** What reads configurations for `init`. It is large, nobody steps through it, and it is minified. */
const parser = { "cli/parser": join(root, "node_modules/@babel/parser/lib/index.js") };

/** @param shared the names of the files for what more than one entry needs, or the groups of their modules. */
async function bundle(input, shared, ...outputs) {
  const groups = typeof shared === "string" ? [{ name: shared, minShareCount: 2 }] : shared;
  const build = await rolldown({
    external: /^(node:|typescript$)/,
    platform: "node",
    experimental: { attachDebugInfo: "none" },
    checks: { mixedExports: false, bundlerTimings: false }, // the loaders of webpack export both
    ...input,
  });
  const common = {
    chunkFileNames: "[name].js",
    codeSplitting: { groups },
    comments: { jsdoc: false },
    strict: true,
    minifyInternalExports: false, // people read them when they step through
    topLevelVar: false,
  };
  for (const output of outputs) {
    const { output: written } = await build.write({ ...common, ...output });
    for (const { moduleIds = [] } of written) moduleIds.forEach(noteLibrary);
  }
  await build.close();
}

/** The folders of the libraries that are bundled in. */
const libraries = new Set();

function noteLibrary(id) {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
  if (folder !== undefined) libraries.add(folder);
}

/** What the licenses of bundled libraries ask for: their text, in the package. */
function licenses() {
  const sections = [...libraries].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
    return `${name} ${version} (${license})${text}\n`;
  });
  return `These libraries are bundled into ts-raii.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/**
 * Marks all sources of the maps in a folder as what a debugger steps over: a step from a function leads to the code that
 * it calls, and not through the driver.
 */
function ignoreSources(folder) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".map"))) {
    const map = JSON.parse(readFileSync(join(folder, name), "utf8"));
    map.ignoreList = map.x_google_ignoreList = map.sources.map((_, index) => index);
    // The declarations have the docstrings. A file that is in the package needs no copy.
    if (folder === esm) map.sourcesContent = map.sourcesContent.map(withoutComments);
    else delete map.sourcesContent;
    writeFileSync(join(folder, name), JSON.stringify(map));
  }
}

/** The libraries of TypeScript that declarations refer to, which are lost where they are bundled. */
function references({ moduleIds }) {
  const texts = moduleIds.filter((id) => id.endsWith(".d.ts")).map((id) => readFileSync(id, "utf8"));
  return [...new Set(texts.flatMap((text) => text.match(/^\/\/\/ <reference .*$/gm) ?? []))].join("\n");
}

async function buildRuntime() {
  await compile("runtime/node");
  const plugins = [compiledMaps, keepPure, builtinFiles()];
  await bundle({ input: compiledEntries("js"), plugins }, "shared", {
    dir: esm,
    format: "esm",
    sourcemap: true,
  });
  // Its maps lead to the ES modules.
  const modules = Object.fromEntries(
    Object.keys(compiledEntries("js")).map((name) => [name, join(esm, `${name}.js`)]),
  );
  await bundle({ input: modules }, "shared", { dir: cjs, format: "cjs", sourcemap: true, esModule: true });
  const declarations = dts({ dtsInput: true, tsconfig: false, sourcemap: false });
  await bundle(
    { input: compiledEntries("d.ts"), plugins: [declarations] },
    "shared.d",
    ...[esm, cjs].map((dir) => ({ dir, chunkFileNames: "[name].ts", comments: true, banner: references })),
  );
  ignoreSources(esm);
  ignoreSources(cjs);
}

/** What a program loads before its own code. */
const ofStart = /\/hosts\/loaders\/(?!compile-text|findings)|\/source\/may-have-raii/;
/** The bundlers' faces need much that the others do not, and find their loaders beside them. */
const ofBundlers =
  /\/hosts\/(?!jest|loaders|inline-map)|\/node_modules\/(unplugin|picomatch|@rolldown\/pluginutils)\//;
const faceGroups = [
  // In this order, for a group takes what its modules import along.
  { name: "hosts/loaders", test: ofStart, minShareCount: 2, priority: 2 },
  { name: "transformer/shared", test: (id) => !ofBundlers.test(id), minShareCount: 2, priority: 1 },
  { name: "hosts/shared", minShareCount: 2 },
];

/** The faces whose declarations need more than one file, and what `tsc` writes for them. */
const faceDeclarations = {
  "source/index": join(compiled, "source/source/index.d.ts"),
  "hosts/options": join(compiled, "hosts/hosts/options.d.ts"),
  "hosts/jest": join(compiled, "hosts/hosts/jest.d.ts"),
};

/** Node finds the names in the text of a CommonJS module, for `import { before } from "ts-raii/transformer"`. */
const namedExports = {
  "transformer/index": "0 && (module.exports = { before, factory, name, version });",
  "eslint/index": "0 && (module.exports = { meta, rules, configs });",
  "hosts/nuxt": "0 && (module.exports = { getMeta });",
};

async function buildFaces() {
  await Promise.all([
    compile("transformer"),
    compile("source"),
    compile("hosts"),
    bundle({ input: parser }, [], { dir: join(root, "dist"), format: "cjs", minify: true }),
    bundle({ input: faces, resolve, external, plugins: [exportEquals, bundledUnplugin] }, faceGroups, {
      dir: join(root, "dist"),
      format: "cjs",
      paths: { "@babel/parser": "./parser.js" },
      // No group takes the helpers of the bundler. Where it would put them, files are ES modules.
      chunkFileNames: ({ name }) => (name.includes("/") ? "[name].js" : "hosts/[name].js"),
      footer: ({ name }) => namedExports[name] ?? "",
    }),
  ]);
  // It tells nothing of the rest of the transformer.
  copyFileSync(
    join(compiled, "transformer/transformer/index.d.ts"),
    join(root, "dist/transformer/index.d.ts"),
  );
  writeFileSync(join(root, "dist/hosts/register.d.ts"), "export {};\n"); // it is loaded for what it does
  copyFileSync(join(compiled, "hosts/eslint/index.d.ts"), join(root, "dist/eslint/index.d.ts"));
  for (const name of [...bundlers, ...frameworks])
    copyFileSync(join(compiled, `hosts/hosts/${name}.d.ts`), join(root, `dist/hosts/${name}.d.ts`));
  const declarations = dts({ dtsInput: true, tsconfig: false, sourcemap: false });
  await bundle({ input: faceDeclarations, plugins: [declarations] }, "shared.d", {
    dir: join(root, "dist"),
    chunkFileNames: "[name].ts",
    comments: true,
  });
  chmodSync(join(root, "dist/cli/main.js"), 0o755); // npm does so when it installs, a link into this folder does not
}

rmSync(join(root, "dist"), { recursive: true, force: true });
await Promise.all([buildRuntime(), buildFaces()]);
// The package is "type": "module"; these folders are not.
for (const folder of ["runtime/cjs", "transformer", "source", "hosts", "cli", "editor", "eslint"])
  writeFileSync(join(root, "dist", folder, "package.json"), '{ "type": "commonjs" }\n');
writeFileSync(join(root, "dist/third-party-licenses.txt"), licenses());
