import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { isOfVitest, nodeOf, pack } from "./harness/project.ts";

/** A host as one begins with it: from an empty folder. */
interface Scaffold {
  readonly name: string;
  /** The Node that it needs, where that is not the oldest that is supported. */
  readonly node?: string;
  /** Shell commands that make the project, in the folder `app`. */
  readonly make: readonly string[];
  /** What one writes by the first page of the host's documentation, where no generator does. */
  readonly files?: Readonly<Record<string, string>>;
  /** Scripts that package.json is to have before. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** The package of a workspace that is set up. */
  readonly member?: string;
  /** Where the annotated function stands. */
  readonly probe: string;
  /** Its text, where that is not a program. */
  readonly text?: string;
  /** The host's own build, then what runs the function. */
  readonly build: readonly string[];
  /** A file that is to show what the function did, where the build itself runs it: a page that is written beforehand. */
  readonly page?: string;
}

const program = `import { raii, resource } from "ts-raii";

const log: string[] = [];
const open = (name: string) =>
  resource(
    () => (log.push(\`open \${name}\`), name),
    () => void log.push(\`release \${name}\`),
  );

export function probe(): string {
  "use raii";
  const a = raii(open("a"));
  const b = raii(open("b"));
  log.push(\`use \${a} \${b}\`);
  return log.join(", ");
}

probe();
console.log(log.join(", "));
`;

const expected = "open a, open b, use a b, release b, release a";

const test = program.replace(
  'probe();\nconsole.log(log.join(", "));\n',
  `test("it runs", () => {
  probe();
  expect(log.join(", ")).toBe("${expected}");
  console.log(log.join(", "));
});
`,
);

const vitestTest = `import { expect, test } from "vitest";\n${test}`;

const npmInit = ["mkdir app", "cd app && npm init -y"];
const add = (packages: string): string => `cd app && npm install --save-dev ${packages}`;

const scaffolds: readonly Scaffold[] = [
  {
    name: "create-vite",
    node: "24",
    make: [
      "npm create --yes vite@latest app -- --template vanilla-ts --no-interactive",
      "cd app && npm install",
    ],
    probe: "src/probe.ts",
    build: ["npm run build", "npx vite build --ssr src/probe.ts --outDir probe", "node probe/probe.js"],
  },
  {
    name: "create-vue",
    node: "24",
    make: ["npm create --yes vue@latest app -- --ts --vitest --bare", "cd app && npm install"],
    probe: "src/probe.spec.ts",
    text: vitestTest,
    build: ["npm run build", "npx vitest run --reporter=verbose"],
  },
  {
    name: "sveltekit",
    node: "24",
    make: [
      "npx --yes sv create app --template minimal --types ts --no-add-ons --no-install",
      "cd app && npm install",
    ],
    probe: "src/routes/probe/+server.ts",
    text: `${program.replace("export function probe", "function probe")}
export const prerender = true;
export const GET = (): Response => new Response(log.join(", "));
`,
    build: ["npm run build"],
    page: ".svelte-kit/output/prerendered/pages/probe",
  },
  {
    // Its projects of tests extend its configuration.
    name: "sveltekit-vitest",
    node: "24",
    make: [
      'npx --yes sv create app --template minimal --types ts --add vitest="usages:unit" --no-install',
      "cd app && npm install",
    ],
    probe: "src/lib/probe.spec.ts",
    text: vitestTest,
    build: ["npx vitest run --reporter=verbose"],
  },
  {
    // Its projects of tests do not.
    name: "vitest",
    node: "24",
    make: [...npmInit, "cd app && npm pkg set type=module", add("vitest typescript@6")],
    files: {
      "vitest.config.ts": `import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
        },
      },
    ],
  },
})
`,
    },
    scripts: { test: "vitest" },
    probe: "test/probe.test.ts",
    text: vitestTest,
    build: ["npm test -- --run --reporter=verbose"],
  },
  {
    name: "nest",
    node: "24",
    make: [
      "npx --yes @nestjs/cli new app --skip-git --package-manager npm --skip-install",
      "cd app && npm install",
    ],
    probe: "src/probe.ts",
    build: ["npm run build", "node dist/probe.js"],
  },
  {
    name: "create-rspack",
    node: "24",
    make: ["npm create --yes rspack@latest -- --dir app --template vanilla-ts", "cd app && npm install"],
    // The project's own build, with an entry that runs outside of a browser.
    files: {
      "probe.config.ts": `import config from "./rspack.config.ts";

export default {
  ...config,
  entry: "./src/probe.ts",
  target: "node",
  output: { path: \`\${import.meta.dirname}/probe\` },
};
`,
    },
    probe: "src/probe.ts",
    build: ["npm run build", "npx rspack build --config probe.config.ts", "node probe/main.js"],
  },
  {
    name: "rsbuild",
    node: "24",
    make: [...npmInit, "cd app && npm pkg set type=module", add("@rsbuild/core typescript@6")],
    // Its own build makes a page for browsers, too.
    files: {
      "rsbuild.config.ts": `// @ts-check
import { defineConfig } from '@rsbuild/core';

// Docs: https://rsbuild.rs/config/
export default defineConfig({
  environments: {
    web: {},
    node: {
      source: { entry: { probe: './src/probe.ts' } },
      output: { target: 'node', distPath: 'probe' },
    },
  },
});
`,
      "src/index.ts": "document.body.append('Vanilla Rsbuild');\n",
    },
    scripts: { build: "rsbuild build" },
    probe: "src/probe.ts",
    build: ["npm run build", "node probe/probe.js"],
  },
  {
    name: "create-nx-workspace",
    node: "24",
    make: [
      "npx --yes create-nx-workspace@latest app --preset=ts --nxCloud=skip --packageManager=npm --skipGit --no-interactive",
      "cd app && npx nx generate @nx/js:lib packages/lib --bundler=tsc --unitTestRunner=none --linter=none --no-interactive",
    ],
    member: "packages/lib",
    probe: "src/probe.ts",
    build: ["npx nx build lib", "node dist/probe.js"],
  },
  {
    name: "create-next-app",
    node: "24",
    make: [
      "npx --yes create-next-app@latest app --ts --app --src-dir --no-eslint --no-tailwind --empty --no-react-compiler --no-git --use-npm --yes",
    ],
    probe: "src/app/probe/route.ts",
    text: `${program.replace("export function probe", "function probe")}
export const GET = (): Response => new Response(log.join(", "));
`,
    build: ["npm run build"],
    page: ".next/server/app/probe.body",
  },
  {
    name: "tsc",
    make: [
      ...npmInit,
      "cd app && npm pkg set type=module",
      add("typescript@6 @types/node@20"),
      "cd app && npx tsc --init --module nodenext --rootDir src --outDir dist --types node",
    ],
    scripts: { build: "tsc", start: "node dist/probe.js" },
    probe: "src/probe.ts",
    build: ["npm run build", "npm start"],
  },
  {
    name: "jest",
    make: [
      ...npmInit,
      add("typescript@6 jest ts-jest @types/jest"),
      "cd app && npx tsc --init --module commonjs --types jest --verbatimModuleSyntax false",
      "cd app && npx ts-jest config:init",
    ],
    scripts: { test: "jest" },
    probe: "probe.test.ts",
    text: test,
    build: ["npm test -- --silent=false"],
  },
  {
    name: "babel-jest",
    make: [...npmInit, add("jest babel-jest @babel/core @babel/preset-env @babel/preset-typescript")],
    scripts: { test: "jest" },
    files: {
      "babel.config.js":
        'module.exports = { presets: [["@babel/preset-env", { targets: { node: "current" } }], "@babel/preset-typescript"] };\n',
    },
    probe: "probe.test.ts",
    text: test,
    build: ["npm test -- --silent=false"],
  },
  {
    name: "node",
    node: "24",
    make: [...npmInit, "cd app && npm pkg set type=module"],
    scripts: { start: "node src/probe.ts" },
    probe: "src/probe.ts",
    build: ["npm start"],
  },
  {
    name: "tsx",
    make: [...npmInit, add("tsx")],
    scripts: { start: "tsx src/probe.ts" },
    probe: "src/probe.ts",
    build: ["npm start"],
  },
  {
    name: "tsdown",
    node: "24",
    make: [...npmInit, "cd app && npm pkg set type=module", add("tsdown typescript@6")],
    files: {
      "tsdown.config.ts": `import { defineConfig } from 'tsdown'\n\nexport default defineConfig({\n  entry: ['src/probe.ts'],\n})\n`,
    },
    scripts: { build: "tsdown" },
    probe: "src/probe.ts",
    build: ["npm run build", "node dist/probe.*js"],
  },
  {
    name: "tsup",
    make: [...npmInit, add("tsup@8 typescript@6")],
    scripts: { build: "tsup src/probe.ts" },
    probe: "src/probe.ts",
    build: ["npm run build", "node dist/probe.js"],
  },
  {
    name: "esbuild",
    make: [...npmInit, add("esbuild")],
    files: {
      "scripts/build.mjs": `import * as esbuild from 'esbuild'

await esbuild.build({
  entryPoints: ['src/probe.ts'],
  bundle: true,
  platform: 'node',
  outfile: 'out.js',
})
`,
    },
    scripts: { build: "node scripts/build.mjs" },
    probe: "src/probe.ts",
    build: ["npm run build", "node out.js"],
  },
  {
    name: "webpack",
    make: [...npmInit, add("webpack webpack-cli typescript@6 ts-loader")],
    files: {
      "tsconfig.json":
        '{\n  "compilerOptions": {\n    "outDir": "./dist/",\n    "rootDir": "./src/",\n    "module": "es6",\n    "moduleResolution": "bundler",\n    "target": "es2022"\n  }\n}\n',
      "webpack.config.js": `const path = require('path');

module.exports = {
  entry: './src/probe.ts',
  mode: 'production',
  target: 'node',
  module: {
    rules: [
      {
        test: /\\.tsx?$/,
        use: 'ts-loader',
        exclude: /node_modules/,
      },
    ],
  },
  resolve: {
    extensions: ['.tsx', '.ts', '.js'],
  },
  output: {
    filename: 'bundle.js',
    path: path.resolve(__dirname, 'dist'),
  },
};
`,
    },
    scripts: { build: "webpack" },
    probe: "src/probe.ts",
    build: ["npm run build", "node dist/bundle.js"],
  },
  {
    name: "astro",
    node: "24",
    make: [...npmInit, "cd app && npm pkg set type=module", "cd app && npm install astro"],
    files: {
      "astro.config.mjs": `import { defineConfig } from "astro/config";\n\n// https://astro.build/config\nexport default defineConfig({});\n`,
      "tsconfig.json": '{\n  "extends": "astro/tsconfigs/strict"\n}\n',
      "src/pages/index.astro": `---\nimport { probe } from "../probe.ts";\nprobe();\n---\n\n<html><body><h1>Astro</h1></body></html>\n`,
    },
    scripts: { build: "astro build" },
    probe: "src/probe.ts",
    build: ["npm run build"],
  },
  {
    name: "nuxt",
    node: "24",
    // What `npm create nuxt` downloads from GitHub, its template "minimal".
    make: [...npmInit, "cd app && npm pkg set type=module", "cd app && npm install nuxt vue vue-router"],
    files: {
      "nuxt.config.ts": `// https://nuxt.com/docs/api/configuration/nuxt-config
export default defineNuxtConfig({
  compatibilityDate: '2025-07-15',
  devtools: { enabled: true }
})
`,
      "tsconfig.json": `{
  // https://nuxt.com/docs/guide/concepts/typescript
  "files": [],
  "references": [
    {
      "path": "./.nuxt/tsconfig.app.json"
    },
    {
      "path": "./.nuxt/tsconfig.server.json"
    },
    {
      "path": "./.nuxt/tsconfig.shared.json"
    },
    {
      "path": "./.nuxt/tsconfig.node.json"
    }
  ]
}
`,
    },
    scripts: { build: "nuxt build", generate: "nuxt generate", postinstall: "nuxt prepare" },
    probe: "app/app.vue",
    text: `<script setup lang="ts">
${program.replace("export function probe", "function probe")}</script>

<template>
  <p>{{ log.join(", ") }}</p>
</template>
`,
    build: [
      "npm run build",
      // The findings in the editor.
      ...["app", "server", "shared"].map((name) => `grep ts-raii/transformer .nuxt/tsconfig.${name}.json`),
      "npm run generate",
    ],
    page: ".output/public/index.html",
  },
];

/** All of them where HOSTS selects none, or those that SCAFFOLDS names: `SCAFFOLDS=nest,astro`. */
const wanted = process.env["SCAFFOLDS"]?.split(",");
const selected = scaffolds.filter(({ name }) => wanted?.includes(name) ?? process.env["HOSTS"] === undefined);
describe.skipIf(selected.length === 0).each(selected.length > 0 ? selected : scaffolds)(
  "$name",
  (scaffold) => {
    it("is made, set up by init, and built, and the annotated function runs", () => {
      const tarball = pack();
      const home = join(dirname(tarball), "scaffolds", scaffold.name);
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      const app = join(home, "app", scaffold.member ?? "");
      const node = scaffold.node === undefined ? process.execPath : nodeOf(scaffold.node);
      const env: NodeJS.ProcessEnv = {
        ...process.env,
        PATH: [dirname(node), process.env["PATH"]].join(delimiter),
        NO_COLOR: "1",
        FORCE_COLOR: undefined,
        CI: "1", // nothing asks, and nothing watches
        NX_DAEMON: "false",
        ASTRO_TELEMETRY_DISABLED: "1",
        NEXT_TELEMETRY_DISABLED: "1",
        NUXT_TELEMETRY_DISABLED: "1",
        ...Object.fromEntries(
          Object.keys(process.env)
            .filter(isOfVitest)
            .map((name) => [name, undefined]),
        ),
      };
      const run = (cwd: string, command: string): string => {
        const { status, stdout, stderr } = spawnSync(command, {
          cwd,
          env,
          encoding: "utf8",
          shell: true,
          timeout: 900_000,
        });
        if (status !== 0) throw new Error(`${command} failed with ${status}:\n${stdout}${stderr}`);
        return stdout + stderr;
      };
      for (const command of scaffold.make) run(home, command);
      for (const [path, text] of Object.entries(scaffold.files ?? {})) write(join(app, path), text);
      addScripts(app, scaffold.scripts ?? {});
      run(app, `npm install ${tarball}`);

      const set = run(app, "npx ts-raii init --yes");
      expect(set).not.toContain("To write by hand");
      expect(run(app, "npx ts-raii init --yes")).toContain("All set");
      write(join(app, scaffold.probe), scaffold.text ?? program);
      const outputs = scaffold.build.map((command) => run(app, command));
      if (scaffold.page !== undefined) outputs.push(readFileSync(join(app, scaffold.page), "utf8"));
      expect(outputs.join("\n")).toContain(expected);
    }, 1_800_000);
  },
);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function addScripts(app: string, scripts: Readonly<Record<string, string>>): void {
  const path = join(app, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { scripts?: object };
  const all = { ...manifest.scripts, ...scripts };
  if (Object.keys(scripts).length > 0)
    writeFileSync(path, `${JSON.stringify({ ...manifest, scripts: all }, undefined, 2)}\n`);
}
