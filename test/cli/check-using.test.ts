import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";
import { copyProject, makeHome, runCli, writeFiles } from "./run-cli.ts";

const fixture = join(import.meta.dirname, "../../fixtures/cli/using");

describe("ts-raii check --using, in a project that has no raii", () => {
  let home: string;
  beforeAll(() => {
    home = makeHome("check-using", "TypeScript 6, ts-patch 4");
  });

  it("finds misuse of using and await using, and gives advice that needs no raii", () => {
    const { status, stdout, stderr } = runCli(copyProject(home, "using"), ["check", "--using"]);
    expectFile(join(fixture, "expect.txt"), stdout);
    expect(stdout).not.toMatch(/raii\(|"use raii"|\bmoveAsync\b|\bwith await\b/);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  });

  it("fixes what needs no decision, and brings no import of raii", () => {
    const folder = copyProject(home, "using", "fix");
    const { status } = runCli(folder, ["check", "--using", "--fix"]);
    expect(status).toBe(1);
    const fixed = readFileSync(join(folder, "src/main.ts"), "utf8");
    expectFile(join(fixture, "expect-fixed.ts"), fixed);
    expect(fixed).not.toContain("raii");
  });

  it("ends with 0 where only suggestions are left, and takes the severities of tsconfig.json", () => {
    const folder = copyProject(home, "using", "quiet");
    const main = `import { openFile } from "./files.js";\nopenFile("a");\n`;
    const config = JSON.parse(readFileSync(join(fixture, "tsconfig.json"), "utf8")) as {
      compilerOptions: object;
    };
    writeFiles(folder, { "src/main.ts": main });
    const quiet = runCli(folder, ["check", "--using", "--pretty"]);
    expect(quiet.stdout).toContain("Found 1 suggestion in 2 files.");
    expect(quiet.status).toBe(0);
    expect(runCli(folder, ["check"])).toEqual({ status: 0, stdout: "", stderr: "" });

    const plugins = [
      { name: "ts-raii", transform: "ts-raii/transformer", severity: { "forgotten-disposable": "error" } },
    ];
    writeFiles(folder, {
      "tsconfig.json": { ...config, compilerOptions: { ...config.compilerOptions, plugins } },
    });
    const { status, stdout } = runCli(folder, ["check", "--using"]);
    expect(stdout).toMatch(
      /^src\/main\.ts\(2,1\): error TS100046: forgotten-disposable: .* Declare it by using/,
    );
    expect(status).toBe(1);
  });
});
