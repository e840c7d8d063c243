import { afterAll, describe, expect, it } from "vitest";
import { createProject } from "./project.ts";

const project = createProject();
afterAll(() => project[Symbol.dispose]());

const open = `export const open = (name) => {
  console.log("+" + name);
  return { name, [Symbol.dispose]() { console.log("-" + name); } };
};
`;
const app = `import { raii } from "ts-raii";
import { open } from "./open.js";

export function main() {
  "use raii";
  const a = raii(open("a"));
  const b = raii(open("b"));
  if (a.name === "a") throw new Error(b.name);
}
try {
  main();
} catch ({ stack }) {
  console.log(/app\\.\\w+:\\d+:\\d+/.exec(stack)[0]);
}
`;
const column = app.split("\n")[7]!.indexOf("new Error") + 1;
const events = ["+a", "+b", "-b", "-a"];
const exact = [...events, `app.js:8:${column}`];
project.write({ "package.json": `{ "type": "module" }`, "open.js": open, "app.js": app });

const lines = (text: string): string[] => text.trim().split("\n");
const withMaps = "--enable-source-maps";
const register = ["--import", "ts-raii/register"];

describe("JavaScript", () => {
  it.each([
    ["--import", register],
    ["--require", ["--require", "ts-raii/register"]],
    ["both", [...register, "--require", "ts-raii/register"]],
  ])("%s", (_, args) => {
    expect(lines(project.run([withMaps, ...args, "app.js"]).stdout)).toEqual(exact);
  });

  it("lines are right without source maps", () => {
    const { stdout } = project.run([...register, "app.js"]);
    expect(lines(stdout).at(-1)).toMatch(/^app\.js:8:\d+$/);
  });

  it("without it the error says what to do", () => {
    expect(project.run(["app.js"]).stdout).toContain("app.js:6:"); // where raii() is called
  });

  it("worker threads and child processes inherit it", () => {
    project.write({
      "parent.js": `import { fork } from "node:child_process";
        import { Worker } from "node:worker_threads";
        const worker = new Worker(new URL("app.js", import.meta.url));
        worker.on("exit", () => fork("app.js"));`,
    });
    const { stdout } = project.run([withMaps, ...register, "parent.js"]);
    expect(lines(stdout)).toEqual([...exact, ...exact]);
  });

  it("node --test", () => {
    project.write({
      "app.test.js": `import test from "node:test";
        import { main } from "./app.js";
        test("releases", (t) => t.assert?.throws(main));`,
    });
    const { stdout, status } = project.run([...register, "--test", "app.test.js"]);
    expect(stdout).toContain("-b\n");
    expect(stdout).toMatch(/pass 1\b/);
    expect(status).toBe(0);
  });
});

describe("TypeScript", () => {
  const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
  if (!stripsTypes)
    console.warn(`Node ${process.version} does not strip types: TypeScript alone is skipped.`);

  const typed = app
    .replace("main() {", "main(this: void): asserts this is never {")
    .replace("const a =", "const a: { readonly name: string } =")
    .replace("./open.js", "./open.ts");
  const atTyped = [...events, `app.ts:8:${column}`];
  const typedOpen = open.replace("(name)", "(name: string)");

  it.skipIf(!stripsTypes).each(["module", "none"])("Node alone, type: %s", (type) => {
    const text = type === "none" ? "{}" : `{ "type": "${type}" }`;
    project.write({
      [`${type}/package.json`]: text,
      [`${type}/app.ts`]: typed,
      [`${type}/open.ts`]: typedOpen,
    });
    expect(lines(project.run([withMaps, ...register, `${type}/app.ts`]).stdout)).toEqual(atTyped);
    expect(lines(project.run([...register, `${type}/app.ts`]).stdout).at(-1)).toMatch(/^app\.ts:8:\d+$/);
  });
});

describe("what is found", () => {
  it("errors are thrown with the place and the lines around it", () => {
    project.write({
      "wrong.js": `import { raii } from "ts-raii";\nexport const wrong = () => raii(null);\n`,
    });
    const { stderr, status } = project.run([...register, "wrong.js"]);
    expect(status).toBe(1);
    expect(stderr).toContain("wrong.js:2:28 - error TS100001: raii-outside-annotated-function: ");
    expect(stderr).toMatch(/2 \| export const wrong = \(\) => raii\(null\);\n +\| +\^{10}\n/);
  });

  it("errors can be caught where the module is imported", () => {
    project.write({ "importing.js": `import("./wrong.js").catch(({ message }) => console.log(message));` });
    expect(project.run([...register, "importing.js"]).stdout).toMatch(/^wrong\.js:2:28 - error TS100001/);
  });

  it("warnings are printed once, and the program runs", () => {
    project.write({ "warned.js": app.replace("main() {", `main() {\n  "use raii"; "use raii";`) });
    const TS_RAII_OPTIONS = JSON.stringify({ severity: { "directive-duplicated": "warning" } });
    const { stdout, stderr } = project.run([...register, "warned.js"], { TS_RAII_OPTIONS });
    expect(stderr.match(/warned\.js:\d+:\d+ - warning TS\d+: directive-duplicated/g)?.length).toBeGreaterThan(
      0,
    );
    expect(new Set(stderr.match(/^warned.*/gm)).size).toBe(stderr.match(/^warned.*/gm)!.length);
    expect(lines(stdout)).toEqual(expect.arrayContaining(events));
  });

  it("what cannot be parsed is left to Node", () => {
    project.write({ "broken.js": `import { raii } from "ts-raii";\nfunction () { "use raii"; }\n` });
    expect(project.run([...register, "broken.js"]).stderr).toMatch(/broken\.js:2\n[\s\S]*SyntaxError/);
  });
});

describe("options", () => {
  const show = app.replace(/try \{[\s\S]*/, "console.log(String(main));\n");
  const inline = (stdout: string): boolean => !/drive/.test(stdout);
  project.write({
    "show/main.js": show.replace("./open.js", "../open.js"),
    "show/deep/main.js": show.replace("./open.js", "../../open.js"),
  });

  it("by default none", () => {
    expect(inline(project.run([...register, "show/main.js"]).stdout)).toBe(false);
  });

  it.each([
    ["of the entry of the plugin", `{ "transform": "ts-raii/transformer", "lowering": "inline" }`],
    ["of the entry of the editor", `{ "name": "ts-raii", "lowering": "inline" }`],
  ])("%s in the nearest tsconfig.json, with comments", (_, entry) => {
    project.write({
      "show/tsconfig.json": `{ // "plugins": []\n "compilerOptions": { "plugins": [{ "name": "other" }, ${entry},], /* , */ },\n}`,
    });
    expect(inline(project.run([...register, "show/deep/main.js"]).stdout)).toBe(true);
  });

  it("of a configuration that is extended", () => {
    project.write({
      "show/base.json": `{ "compilerOptions": { "plugins": [{ "transform": "ts-raii/transformer", "lowering": "inline" }] } }`,
      "show/tsconfig.json": `{ "extends": "./base" }`,
    });
    expect(inline(project.run([...register, "show/main.js"]).stdout)).toBe(true);
  });

  it("of the environment, which come first", () => {
    const TS_RAII_OPTIONS = `{ "lowering": "program" }`;
    expect(inline(project.run([...register, "show/main.js"], { TS_RAII_OPTIONS }).stdout)).toBe(false);
  });

  it.each([
    ["a wrong one in tsconfig.json", {}, "tsconfig.json - error TS100"],
    [
      "a wrong one in the environment",
      { TS_RAII_OPTIONS: `{ "lowering": 1 }` },
      "TS_RAII_OPTIONS - error TS100",
    ],
    ["an environment that is not JSON", { TS_RAII_OPTIONS: "inline" }, "TS_RAII_OPTIONS is not JSON"],
  ])("%s is told", (_, env, message) => {
    project.write({
      "show/tsconfig.json": `{ "compilerOptions": { "plugins": [{ "transform": "ts-raii/transformer", "lowering": "quick" }] } }`,
    });
    expect(project.run([...register, "show/main.js"], env).stderr).toContain(message);
  });
});

describe("TypeScript is loaded when it is needed", () => {
  it("a program without raii loads neither it nor the compiler", () => {
    project.write({
      "loaded.cjs": `console.log(Object.keys(require.cache).map((path) => path.split(/[\\\\/]/).pop()).join());`,
    });
    const { stdout } = project.run([...register, "loaded.cjs"]);
    const helpers = "rolldown-runtime.js"; // some lines
    const files = stdout
      .trim()
      .split(",")
      .filter((name) => name !== helpers);
    expect(files.sort()).toEqual(["loaded.cjs", "loaders.js", "register.js"]);
  });

  it("where there is none, the error says what to install", () => {
    using bare = createProject([]);
    bare.write({ "package.json": `{ "type": "module" }`, "open.js": open, "app.js": app });
    expect(bare.run([...register, "app.js"]).stderr).toMatch(
      /ts-raii cannot compile .*app\.js\. TypeScript is not installed .*npm install --save-dev typescript@6/,
    );
  });

  it("where it is version 7 alone, the error says what to put beside it", () => {
    using seven = createProject([]);
    seven.write({
      "package.json": `{ "type": "module" }`,
      "open.js": open,
      "app.js": app,
      "node_modules/typescript/package.json": `{ "name": "typescript", "version": "7.0.2", "exports": { "./package.json": "./package.json" } }`,
    });
    expect(seven.run([...register, "app.js"]).stderr).toMatch(
      /TypeScript 7\.0\.2 has no API .*\n.*npm install --save-dev @typescript\/typescript6/,
    );
  });
});
