import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../cli/usage-error.ts";
import { makePackage } from "./make-package.ts";
import { filesIn, installed, run, viteFiles } from "./run.ts";

describe("init", () => {
  it("shows the change and makes none without a terminal", async () => {
    const folder = makePackage(viteFiles);
    const before = filesIn(folder);
    const { code, output } = await run(folder);
    expect(code).toBe(1);
    expect(output).toContain('+import raii from "ts-raii/vite";');
    expect(output).toContain('+    "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }],');
    expect(output).toContain("there is no terminal to ask on. Run it with --yes");
    expect(filesIn(folder)).toEqual(before);
  });

  it("changes nothing in a dry run", async () => {
    const folder = makePackage(viteFiles);
    const before = filesIn(folder);
    const { code, output } = await run(folder, "--dry-run", "--yes");
    expect([code, filesIn(folder)]).toEqual([1, before]);
    expect(output).toContain("this is a dry run");
  });

  it("makes the change with --yes, and the second time says that all is set", async () => {
    const folder = makePackage(viteFiles);
    expect((await run(folder, "--yes")).code).toBe(0);
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toContain("// of the editor");
    const after = filesIn(folder);
    const { code, output } = await run(folder, "--yes");
    expect([code, filesIn(folder)]).toEqual([0, after]);
    expect(output).toContain("All set: nothing is left to change.");
    expect(output).not.toContain("+++");
  });

  it("says first that the working tree has changes", async () => {
    const folder = makePackage(viteFiles);
    const git = (...args: readonly string[]): void =>
      void spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder });
    expect((await run(folder)).output).not.toContain("not committed");
    git("init", "-q");
    expect((await run(folder)).output).toContain("files that are not committed");
    git("add", "-A");
    git("commit", "-qm", "all");
    expect((await run(folder)).output).not.toContain("not committed");
    writeFileSync(join(folder, "vite.config.ts"), "export default { plugins: [] }\n");
    const { output } = await run(folder);
    expect(output.indexOf("a file that is not committed")).toBeLessThan(output.indexOf("+++"));
    expect(output).toContain("a file that is not committed");
  });

  it("leaves a file alone whose shape it does not know, prints the lines, and does the rest", async () => {
    const folder = makePackage({ ...viteFiles, "vite.config.ts": "export default { plugins: [ };\n" });
    const { code, output } = await run(folder, "--yes");
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "vite.config.ts"), "utf8")).toBe("export default { plugins: [ };\n");
    expect(output).toMatch(/To write by hand: Vite, vite\.config\.ts\. .* syntax error/);
    expect(output).toContain('  import raii from "ts-raii/vite";\n  plugins: [raii()],');
    expect(readFileSync(join(folder, "tsconfig.json"), "utf8")).toContain("ts-raii/transformer");
  });

  it("leaves a file alone that is no UTF-8, and JSON with a syntax error", async () => {
    const folder = makePackage({ ...viteFiles, "tsconfig.json": '{ "compilerOptions": { }' });
    writeFileSync(join(folder, "vite.config.ts"), Buffer.from("// caf\xe9\nexport default {};\n", "latin1"));
    const before = filesIn(folder);
    const { code, output } = await run(folder, "--yes");
    expect([code, filesIn(folder)]).toEqual([1, before]);
    expect(output).toContain("no text in UTF-8");
    expect(output).toMatch(/tsconfig\.json\. .*syntax error in line 1/);
  });

  it("says what to do where nothing builds the package", async () => {
    const folder = makePackage({ "package.json": { dependencies: { "ts-raii": "0.4" } }, ...installed });
    const { code, output } = await run(folder, "--yes");
    expect(code).toBe(1);
    expect(output).toContain("Add a script that builds it to package.json");
    expect(output).not.toContain("All set");
  });

  it("takes the nearer of a deno.json and a package.json, and package.json where both are", async () => {
    const deno = { tasks: null, imports: null };
    const folder = makePackage({ ...viteFiles, "in/deno.json": deno, "deno.json": deno });
    expect((await run(join(folder, "in"))).output).toContain("ts-raii init: deno.json");
    expect((await run(folder)).output).toContain("ts-raii init: package.json");
  });

  it("needs a package.json", async () => {
    await expect(run(makePackage({}))).rejects.toThrow(UsageError);
  });
});
