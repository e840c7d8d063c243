import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";
import { copyProject, makeHome, runCli, writeFiles } from "./run-cli.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/cli/migrate");
const files = ["src/main.ts", "src/open.ts"];

describe("ts-raii migrate using", () => {
  const home = makeHome("migrate", "TypeScript 6, ts-patch 4");
  const copy = (name: string): string => copyProject(home, "migrate", name);
  const read = (folder: string): string =>
    files.map((file) => readFileSync(join(folder, file), "utf8")).join("");
  const original = read(fixtures);

  it("rewrites the project, and lists what is left, with the reason", () => {
    const folder = copy("forward");
    const { status, stdout, stderr } = runCli(folder, ["migrate", "using"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout)
      .toBe(`src/main.ts(3,1): left: It stands at the top level, and raii() needs a function. Put the code into a function, and call it.
src/main.ts(21,5): left: It stands outside of any function, and raii() needs a function. Put the code into a function, and call it.
Rewrote 4 declarations in 2 files of 2. 2 left.
`);
    expectFile(join(fixtures, "expect-forward.txt"), read(folder));
    expect(runCli(folder, ["check"]).stdout).toBe("");
  });

  it("--back gives the same text again", () => {
    const folder = copy("back");
    runCli(folder, ["migrate", "using"]);
    const { status, stdout } = runCli(folder, ["migrate", "using", "--back"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "Rewrote 4 acquisitions in 2 files of 2.\n" });
    expect(read(folder)).toBe(original);
    expect(runCli(folder, ["migrate", "using", "--back"])).toEqual({
      status: 0,
      stdout: "Rewrote 0 acquisitions in 0 files of 2.\n",
      stderr: "",
    });
  });

  it("--dry-run shows the lines that would change, and writes nothing", () => {
    const folder = copy("dry-run");
    const { status, stdout } = runCli(folder, ["migrate", "using", "--dry-run"]);
    expect(status).toBe(1);
    expectFile(join(fixtures, "expect-dry-run.txt"), stdout);
    expect(read(folder)).toBe(original);
  });

  it("rewrites only the files that are named", () => {
    const folder = copy("named");
    const { status, stdout } = runCli(join(folder, "src"), ["migrate", "using", "open.ts"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "Rewrote 1 declaration in 1 file of 1.\n" });
    expect(readFileSync(join(folder, "src/main.ts"), "utf8")).toBe(
      readFileSync(join(fixtures, "src/main.ts"), "utf8"),
    );
  });

  it("imports the marker from where the plugin's options say", () => {
    const folder = copy("import-source");
    const plugins = [{ transform: "ts-raii/transformer", importSource: "my-raii" }];
    writeFiles(folder, {
      "own.json": { extends: "./tsconfig.json", compilerOptions: { plugins }, include: ["src"] },
    });
    runCli(folder, ["migrate", "using", "-p", "own.json"]);
    expect(read(folder)).toContain('import { raii } from "my-raii";');
  });

  it("keeps a byte order mark, and leaves what it cannot read", () => {
    const folder = copy("unreadable");
    const marked = "\uFEFFexport function f(x: Disposable) {\n  using y = x;\n}\n";
    writeFiles(folder, {
      "src/marked.ts": marked,
      "src/broken.ts": "export function f(x: Disposable) {\n  using y = x;\n",
    });
    const latin = Buffer.from(
      "export function g(x: Disposable) {\n  using y = x; // caf\u00e9\n}\n",
      "latin1",
    );
    writeFileSync(join(folder, "src/latin.ts"), latin);
    const { status, stderr } = runCli(folder, ["migrate", "using"]);
    const note = (file: string) =>
      `note: src/${file}.ts is left as it is: it has syntax errors, or is not UTF-8.\n`;
    expect({ status, stderr }).toEqual({ status: 1, stderr: note("broken") + note("latin") });
    expect(readFileSync(join(folder, "src/latin.ts"))).toEqual(latin);
    expect(readFileSync(join(folder, "src/marked.ts"), "utf8")).toMatch(/^\uFEFFimport \{ raii \}/);
    runCli(folder, ["migrate", "using", "--back"]);
    expect(readFileSync(join(folder, "src/marked.ts"), "utf8")).toBe(marked);
  });

  it("refuses what it does not know", () => {
    const folder = copy("refused");
    const refused = (...args: string[]): string => {
      const { status, stdout, stderr } = runCli(folder, ["migrate", ...args]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      return stderr;
    };
    expect(refused()).toBe("ts-raii: Say what to migrate. Known: using.\n");
    expect(refused("defer")).toBe('ts-raii: "defer" is not known. Known: using.\n');
    expect(refused("using", "nowhere.ts")).toBe("ts-raii: There is no nowhere.ts.\n");
    expect(refused("using", "--forth")).toContain("Known options: --project, --back, --dry-run, --help");
  });
});
