import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, link, makeHome, runCli, writeFiles } from "./run-cli.ts";

const root = join(import.meta.dirname, "../..");

describe("the command line", () => {
  let home: string;
  let plain: string;
  beforeAll(() => {
    home = makeHome("command-line", "TypeScript 6, ts-patch 4");
    plain = copyProject(home, "plain");
  });
  const refused = (...args: string[]): string => {
    const { status, stdout, stderr } = runCli(plain, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    return stderr;
  };

  it("--version and --help", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(runCli(plain, ["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    const help = runCli(plain, ["--help"]);
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(
      /^Usage: ts-raii <command> \[options\]\n\n {2}ts-raii init .*\n {2}ts-raii check .*\n {2}ts-raii doctor /,
    );
    const ofCheck = runCli(plain, ["check", "-h"]);
    expect(ofCheck.status).toBe(0);
    for (const part of ["-p, --project <path>", "--format <format>", "--fix", "Exit code: 0 when"])
      expect(ofCheck.stdout).toContain(part);
    const ofInit = runCli(plain, ["init", "--help"]).stdout;
    for (const part of ["-y, --yes", "--dry-run", "--no-install", "--vscode", "Exit code: 0 when"])
      expect(ofInit).toContain(part);
    expect(runCli(plain, ["doctor", "--help"]).stdout).toContain("Exit code: 0 when");
    const ofMigrate = runCli(plain, ["migrate", "--help"]).stdout;
    expect(ofMigrate).toMatch(/^Usage: ts-raii migrate using \[files\] \[options\]\n/);
    for (const part of ["--back", "--dry-run", "Exit code: 0 when"]) expect(ofMigrate).toContain(part);
  });

  it("refuses what it does not know, and lists what it does", () => {
    expect(refused()).toContain("A command is missing.");
    expect(refused("lint")).toBe(
      'ts-raii: "lint" is not known. Known: init, check, doctor, migrate, --help, --version.\n',
    );
    const known = "Known options: --project, --format, --using, --fix, --pretty, --no-pretty, --help";
    expect(refused("check", "--fixx")).toBe(`ts-raii: The option "--fixx" is not known. ${known}.\n`);
    expect(refused("check", "-x")).toBe(`ts-raii: The option "-x" is not known. ${known}.\n`);
    expect(refused("check", "src")).toBe(
      `ts-raii: "src" is not expected here. ${known}; a project is given by -p.\n`,
    );
    expect(refused("doctor", "--fix")).toContain("Known options: --project, --format, --help.");
  });

  it("refuses values that are missing, twice there or not among the choices", () => {
    expect(refused("check", "--format", "xml")).toBe(
      'ts-raii: --format must be one of text, json, sarif; it is "xml".\n',
    );
    expect(refused("check", "-p")).toBe("ts-raii: -p needs a value: <path>.\n");
    expect(refused("check", "--project", "--fix")).toBe("ts-raii: --project needs a value: <path>.\n");
    expect(refused("check", "--fix=yes")).toBe("ts-raii: --fix takes no value.\n");
    expect(refused("check", "--fix", "--fix")).toBe("ts-raii: --fix is given twice.\n");
    expect(refused("check", "--pretty", "--no-pretty")).toContain("are given both");
  });

  it("says what is wrong with the configuration", () => {
    expect(refused("check", "-p", "nowhere.json")).toBe("ts-raii: There is no nowhere.json.\n");
    writeFiles(plain, { "wrong.json": '{ "compilerOptions": { "target": "es1066" }, "include": ["src"] }' });
    expect(refused("check", "-p", "wrong.json")).toMatch(/^ts-raii: wrong\.json\(1,34\): error TS6046: /);
    writeFiles(plain, { "extends.json": '{ "extends": "./not-there.json", "include": ["src"] }' });
    expect(refused("check", "-p", "extends.json")).toContain("error TS5083: Cannot read file");
    writeFiles(plain, { "none.json": '{ "include": ["not-there"] }' });
    expect(refused("doctor", "-p", "none.json")).toContain("error TS18003: No inputs were found");
  });

  it("an option of the plugin that is not known is a finding, and exit code 2", () => {
    const plugins = [{ transform: "ts-raii/transformer", lowring: "inline" }];
    writeFiles(plain, { "option.json": { compilerOptions: { plugins }, include: ["src/files.ts"] } });
    const { status, stdout } = runCli(plain, ["check", "-p", "option.json"]);
    expect(stdout).toBe(
      'error TS100030: unknown-option: The plugin option "lowring" is not known. Known options: importSource, lowering, severity, inlayHints.\n',
    );
    expect(status).toBe(2);
  });
});

describe("a project whose TypeScript has no API", () => {
  // Away from the repository, whose own TypeScript would be found.
  let folder: string;
  beforeAll(() => {
    folder = copyProject(mkdtempSync(join(tmpdir(), "ts-raii-")), "plain");
    link(root, join(folder, "node_modules/ts-raii"));
  });
  afterAll(() => rmSync(join(folder, ".."), { recursive: true }));

  it("without any: says what to install", () => {
    const { status, stderr } = runCli(folder, ["check"]);
    expect(stderr).toMatch(
      /^ts-raii: TypeScript is not installed where .*: npm install --save-dev typescript@6\n$/,
    );
    expect(status).toBe(2);
  });

  it("TypeScript 7 alone: says what to install; with TypeScript 6 beside it: works", () => {
    writeFiles(folder, {
      "node_modules/typescript/package.json": {
        name: "typescript",
        version: "7.0.2",
        exports: { ".": "./lib/version.cjs", "./package.json": "./package.json" },
      },
      "node_modules/typescript/lib/version.cjs": 'exports.version = "7.0.2";',
    });
    const alone = runCli(folder, ["check"]);
    expect(alone.status).toBe(2);
    expect(alone.stderr).toBe(
      "ts-raii: TypeScript 7.0.2 has no API to compile raii with, and no TypeScript 6 is beside it.\nInstall one: npm install --save-dev @typescript/typescript6\n",
    );

    // Under a name of the project's own choice.
    link(join(root, "node_modules/typescript"), join(folder, "node_modules/old-typescript"));
    writeFiles(folder, {
      "package.json": {
        devDependencies: { typescript: "^7.0.2", "old-typescript": "npm:typescript@^6.0.3" },
      },
    });
    const { status, stdout } = runCli(folder, ["check"]);
    expect(stdout).toContain("src/main.ts(5,10): error TS100040");
    expect(status).toBe(1);
  });

  it("an old one: says so", () => {
    writeFiles(folder, {
      "node_modules/typescript/package.json": {
        name: "typescript",
        version: "5.4.5",
        main: "lib/version.cjs",
      },
      "package.json": {},
    });
    const { status, stderr } = runCli(folder, ["check"]);
    expect(stderr).toContain("TypeScript 5.4.5 is too old; 5.9 or 6 is needed.".replace(";", ":"));
    expect(status).toBe(2);
  });
});
