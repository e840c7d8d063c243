/**
 * Code bases that use `using`, and how their own tests are run. What `ts-raii migrate using` makes of them is to pass the same
 * tests, and so is what `--back` makes of that.
 */
export const repositories = [
  {
    name: "capnweb",
    url: "https://github.com/cloudflare/capnweb.git",
    commit: "32e381cd5a1c76a54f0195d92ab34c2da89b4e45",
    install: ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    /** What is migrated and type-checked. */
    projects: ["."],
    /** The configuration for Vitest: the tests that run on Node. */
    config: `import base from "./vitest.config.ts";
import raii from "ts-raii-plugin";
const { globalSetup } = base.test;
const include = ["__tests__/{index,flow-control,limits}.test.ts"];
export default { ...base, plugins: [raii()], test: { globalSetup, include, environment: "node", retry: 2 } };
`,
  },
  {
    name: "trpc",
    url: "https://github.com/trpc/trpc.git",
    commit: "340811ba5320637fbaf48fccf3dbfdd258bd34db",
    install: [
      "npm",
      "exec",
      "--yes",
      "--package=pnpm@10.33.1",
      "--",
      "pnpm",
      "install",
      "--frozen-lockfile",
      "--ignore-scripts",
      "--config.engine-strict=false",
      "--filter=./packages/**",
      "--filter=root",
    ],
    projects: ["packages/tests", "packages/server", "packages/client"],
    config: `import base from "./vitest.config.ts";
import raii from "ts-raii-plugin";
const { projects, ...test } = base.test;
const include = ["packages/{server,client,tests}/**/*.test.{ts,tsx}"];
export default { ...base, plugins: [raii()], test: { ...test, include, testTimeout: 60_000, retry: 2 } };
`,
  },
];
