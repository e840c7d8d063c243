import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { diagnostics } from "../../transformer/diagnostics/table.ts";
import { expectFile } from "../harness/expect-file.ts";
import { type Toolchain, toolchains, tspc } from "../package/consumer.ts";
import { copyProject, makeHome, runCli, writeFiles } from "./run-cli.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/cli");
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");

describe.each(Object.keys(toolchains) as Toolchain[])("ts-raii check, %s", (toolchain) => {
  let home: string;
  beforeAll(() => {
    home = makeHome("check", toolchain);
  });
  const copy = (project: string, name?: string): string => copyProject(home, project, name);

  it("prints a line for each finding where no terminal is, with the options that tsconfig.json inherits", () => {
    const { status, stdout, stderr } = runCli(copy("findings"), ["check"]);
    expectFile(join(fixtures, "findings/expect.txt"), stdout);
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  it("prints code frames and a summary on demand, coloured where colours are", () => {
    const folder = copy("findings");
    const plain = runCli(folder, ["check", "--pretty"]);
    expectFile(join(fixtures, "findings/expect-pretty.txt"), plain.stdout);
    const forced = runCli(folder, ["check"], { FORCE_COLOR: "1" });
    expect(forced.stdout).toContain(
      "\u001b[96msrc/main.ts\u001b[0m:\u001b[93m7\u001b[0m:\u001b[93m10\u001b[0m - ",
    );
    expect(forced.stdout).toContain("\u001b[94msuggestion\u001b[0m");
    expect(forced.stdout.replace(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
    expect(runCli(folder, ["check"], { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).toBe(plain.stdout);
    expect(runCli(folder, ["check", "--no-pretty"], { FORCE_COLOR: "1" }).stdout).not.toContain("\u001b");
  });

  it("gives JSON", () => {
    const { status, stdout } = runCli(copy("findings"), ["check", "--format", "json"]);
    expectFile(join(fixtures, "findings/expect.json"), stdout);
    expect(status).toBe(1);
  });

  it("gives SARIF: rules with their help, relative URIs, regions, related places and fixes", () => {
    const folder = copy("findings", "find ings"); // a space is to be escaped in URIs
    const { status, stdout } = runCli(home, ["check", "-p", "find ings", "--format=sarif"]);
    expect(status).toBe(1);
    const log = JSON.parse(stdout) as Record<string, any>;
    expect(log.version).toBe("2.1.0");
    const [run] = log.runs;
    expect(log.runs).toHaveLength(1);
    expect(run.originalUriBaseIds.SRCROOT.uri).toBe(`${pathToFileURL(join(folder, ".."))}/`);
    expect(run.columnKind).toBe("utf16CodeUnits");
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);

    const { name, version, rules } = run.tool.driver;
    const manifest = JSON.parse(read(import.meta.dirname, "../../package.json")) as { version: string };
    expect({ name, version }).toEqual({ name: "ts-raii", version: manifest.version });
    expect(rules.map(({ id }: { id: string }) => id)).toEqual(Object.keys(diagnostics));
    for (const rule of rules) {
      expect(rule.help.text).not.toBe("");
      expect(rule.shortDescription.text).not.toMatch(/\{\d\}/);
      expect(["error", "warning", "note", "none"]).toContain(rule.defaultConfiguration.level);
    }

    const artifactLocation = { uri: "find%20ings/src/main.ts", uriBaseId: "SRCROOT" };
    expect(
      run.results.map(({ ruleId, level }: Record<string, unknown>) => `${String(level)} ${String(ruleId)}`),
    ).toEqual(["error escape", "note await-needless", "error escape-by-promise", "warning not-a-resource"]);
    for (const result of run.results) {
      expect(rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.locations[0].physicalLocation.artifactLocation).toEqual(artifactLocation);
    }
    const [escape, needless] = run.results;
    expect(escape.locations[0].physicalLocation.region).toEqual({
      startLine: 7,
      startColumn: 10,
      endLine: 7,
      endColumn: 14,
    });
    expect(escape.message.text).toMatch(/^"file" is released at the end of this function/);
    expect(escape.relatedLocations.map((each: any) => each.message.text)).toEqual([
      '"file" is acquired here.',
      '"file" is released here.',
    ]);
    expect(needless.fixes).toEqual([
      {
        description: { text: "Remove await" },
        artifactChanges: [
          {
            artifactLocation,
            replacements: [
              {
                deletedRegion: { startLine: 12, startColumn: 16, endLine: 12, endColumn: 22 },
                insertedContent: { text: "" },
              },
            ],
          },
        ],
      },
    ]);
  });

  it("works without the plugin in tsconfig.json, and on native using", () => {
    const { status, stdout } = runCli(copy("plain"), ["check"]);
    expect(stdout).toMatch(/^src\/main\.ts\(5,10\): error TS100040: escape: "file" is released[^\n]*\n$/);
    expect(status).toBe(1);
  });

  it("follows references, in projects that were never built, with the types of the ones they need", () => {
    const folder = copy("references");
    const { status, stdout } = runCli(folder, ["check"]);
    expectFile(join(fixtures, "references/expect.txt"), stdout);
    expect(status).toBe(1);
    // From any folder, and by its own name.
    const other = runCli(home, ["check", "-p", "references/app/tsconfig.json"]);
    expect(other.stdout).toBe(stdout.replace(/^/gm, "references/").replace(/references\/$/, ""));
  });

  it("--fix makes the fixes; what it gives compiles and has no finding", () => {
    const folder = copy("fix");
    const before = runCli(folder, ["check"]);
    expect(before.status).toBe(1);
    const { status, stdout } = runCli(folder, ["check", "--fix"]);
    expect(stdout).toBe("Fixed 8 findings in 1 file.\n");
    expect(status).toBe(0);
    expectFile(join(fixtures, "fix/expect-fixed.ts"), read(folder, "src/main.ts"));
    expect(runCli(folder, ["check"])).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(tspc(folder, "-p", ".")).toEqual({ status: 0, output: "" });
  });

  it("--fix keeps line ends and the byte order mark, and writes nothing else", () => {
    const folder = copy("fix", "fix-crlf");
    const file = join(folder, "src/main.ts");
    const other = join(folder, "src/files.ts");
    writeFileSync(file, `\uFEFF${read(file).replaceAll("\n", "\r\n")}`);
    const { mtimeMs } = statSync(other);
    expect(runCli(folder, ["check", "--fix"]).status).toBe(0);
    const fixed = read(fixtures, "fix/expect-fixed.ts").replaceAll("\n", "\r\n");
    expect(read(file)).toBe(`\uFEFF${fixed}`);
    expect(statSync(other).mtimeMs).toBe(mtimeMs);
  });

  it("--fix leaves a file that is no UTF-8 byte for byte", () => {
    const folder = copy("fix", "fix-latin");
    const file = join(folder, "src/main.ts");
    const bytes = Buffer.from(`${read(file)}// caf\u00e9\n`, "latin1");
    writeFileSync(file, bytes);
    expect(runCli(folder, ["check", "--fix"]).status).toBe(1);
    expect(readFileSync(file)).toEqual(bytes);
  });

  it("is silent, and ends with 0, where there is nothing to say or only warnings", () => {
    const folder = writeFiles(copy("plain", "quiet"), {
      "src/main.ts":
        'import { open } from "./files.js";\nexport function close(): void {\n  using file = open("a");\n}\n',
    });
    expect(runCli(folder, ["check"])).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(runCli(folder, ["check", "--pretty"]).stdout).toBe("Nothing found in 2 files.\n");

    const config = JSON.parse(read(folder, "tsconfig.json")) as { compilerOptions: object };
    const plugins = [{ transform: "ts-raii/transformer", severity: { escape: "warning" } }];
    writeFiles(folder, {
      "tsconfig.json": { ...config, compilerOptions: { ...config.compilerOptions, plugins } },
      "src/main.ts": read(fixtures, "plain/src/main.ts"),
    });
    const { status, stdout } = runCli(folder, ["check"]);
    expect(stdout).toContain("warning TS100040");
    expect(status).toBe(0);
  });

  it("does not crash on files with syntax errors, nor on other nonsense", () => {
    const folder = writeFiles(copy("plain", "half"), {
      "src/half.ts":
        'import { raii } from "ts-raii";\nexport function half() { "use raii"; const a = raii(; if (\n',
      "src/empty.ts": "",
      "src/noise.ts": "}{ class { static { using x = ; } } `${ async * => \u0000",
    });
    const { status, stdout, stderr } = runCli(folder, ["check"]);
    expect(stdout).toContain("src/main.ts(5,10): error TS100040");
    expect(stderr).toBe(
      "note: src/half.ts has syntax errors; run tsc to see them.\nnote: src/noise.ts has syntax errors; run tsc to see them.\n",
    );
    expect(status).toBe(1);
  });
});
