import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import js from "@eslint/js";
import { ESLint, type Linter } from "eslint";
import ts from "typescript";
import { configs as typescriptEslint, parser } from "typescript-eslint";
import { beforeAll, describe, expect, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";

const root = join(import.meta.dirname, "../..");
const page = join(root, "docs/linters.md");
const home = join(root, ".tmp/linters");

/** Each is linted in a function of its own. */
const guards = [
  "raii(lock);",
  "await raii(lock);",
  "const guard = raii(lock);",
  "const _guard = raii(lock);",
  "var guard = raii(lock);",
];

/** JavaScript for ESLint's own rules, which take the names in a type for variables; else TypeScript. */
const moduleOf = (statement: string, isTyped: boolean): string =>
  `import { raii } from "ts-raii";

export async function work(${isTyped ? "lock: Disposable, log: (text: string) => Promise<void>" : "lock, log"}) {
  "use raii";
  ${statement}
  await log("locked");
}
`;

/** A `var` in a loop: all connections are held until the function returns. */
const connects = `import { raii } from "ts-raii";

export function pingAll(hosts: string[], connect: (host: string) => Disposable & { ping(): void }): void {
  "use raii";
  for (const host of hosts) {
    var connection = raii(connect(host));
    connection.ping();
  }
}
`;

interface Tool {
  readonly name: string;
  readonly version: string;
  readonly extension: "js" | "ts";
  /** The rules that report a file. */
  readonly lint: (file: string) => Promise<string[]> | string[];
  /** Rewrites a file as its `--fix` does. */
  readonly fix?: (file: string) => Promise<void> | void;
}

function write(name: string, text: string): string {
  const file = join(home, name);
  writeFileSync(file, text);
  return file;
}

function run(bin: string, ...args: string[]): string {
  const { error, stdout } = spawnSync(join(home, "node_modules/.bin", bin), args, {
    cwd: home,
    encoding: "utf8",
  });
  if (error) throw error;
  return stdout;
}

function eslint(name: string, config: Linter.Config[]): Tool {
  const typed = { files: ["**/*.ts"], languageOptions: { parser: parser as Linter.Parser } };
  const options: ESLint.Options = {
    cwd: home,
    overrideConfigFile: true,
    overrideConfig: [typed, ...config],
  };
  return {
    name,
    version: name === "eslint" ? ESLint.version : versionOf("typescript-eslint"),
    extension: name === "eslint" ? "js" : "ts",
    lint: async (file) => {
      const [result] = await new ESLint(options).lintFiles(file);
      return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
    },
    fix: async (file) => ESLint.outputFixes(await new ESLint({ ...options, fix: true }).lintFiles(file)),
  };
}

function versionOf(name: string, from = import.meta.filename): string {
  return (createRequire(from)(`${name}/package.json`) as { version: string }).version;
}

/** Of the tools that come from `fixtures/linters`, and are not among our own. */
const installed = (name: string): string => versionOf(name, join(home, "package.json"));

function tools(): Tool[] {
  return [
    eslint("eslint", [
      js.configs.recommended,
      { rules: { "no-unused-expressions": "error", "no-var": "error", "prefer-const": "error" } },
    ]),
    eslint("typescript-eslint", typescriptEslint.recommended as Linter.Config[]),
    {
      name: "Biome",
      version: installed("@biomejs/biome"),
      extension: "ts",
      lint: (file) => {
        const { diagnostics } = JSON.parse(run("biome", "lint", "--reporter=json", file)) as {
          diagnostics: { category: string }[];
        };
        return diagnostics.map(({ category }) => category.replace("lint/", ""));
      },
      fix: (file) =>
        void run(
          "biome",
          "lint",
          "--write",
          "--unsafe",
          "--only=suspicious/noVar",
          "--only=style/useConst",
          file,
        ),
    },
    {
      name: "oxlint",
      version: installed("oxlint"),
      extension: "ts",
      lint: (file) => {
        const { diagnostics } = JSON.parse(run("oxlint", "--format=json", file)) as {
          diagnostics: { code: string }[];
        };
        return diagnostics.map(({ code }) => code);
      },
      fix: (file) => void run("oxlint", "--fix", "--deny=no-var", "--deny=prefer-const", file),
    },
    {
      name: "`noUnusedLocals`",
      version: ts.version,
      extension: "ts",
      lint: (file) => {
        const program = ts.createProgram([file], {
          noEmit: true,
          noUnusedLocals: true,
          strict: true,
          target: ts.ScriptTarget.ESNext,
          module: ts.ModuleKind.NodeNext,
          types: [],
        });
        return ts.getPreEmitDiagnostics(program).map(({ code }) => `TS${code}`);
      },
    },
  ];
}

const table = (rows: readonly (readonly string[])[]): string => {
  const [head, ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head!), line(head!.map(() => "---")), ...body.map(line)].join("\n");
};

const fill = (text: string, name: string, content: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`),
    (_, start: string, end: string) => `${start}\n${content}\n\n${end}`,
  );

describe("docs/linters.md", () => {
  const reported = new Map<string, Map<string, readonly string[]>>();
  const fixed = new Map<string, string>();

  beforeAll(async () => {
    mkdirSync(home, { recursive: true });
    cpSync(join(root, "fixtures/linters/package.json"), join(home, "package.json"));
    if (!existsSync(join(home, "node_modules/.bin/oxlint"))) {
      const flags = ["--no-audit", "--no-fund", "--no-package-lock"];
      const { status, stderr } = spawnSync("npm", ["install", ...flags], { cwd: home, encoding: "utf8" });
      if (status !== 0) throw new Error(`the linters cannot be installed: ${stderr}`);
    }
    for (const tool of tools()) {
      const rules = new Map<string, readonly string[]>();
      for (const [index, guard] of guards.entries())
        rules.set(
          guard,
          await tool.lint(
            write(`guard-${index}.${tool.extension}`, moduleOf(guard, tool.extension === "ts")),
          ),
        );
      reported.set(tool.name, rules);
      if (tool.fix === undefined) continue;
      const file = write("connects.ts", connects);
      await tool.fix(file);
      fixed.set(tool.name, readFileSync(file, "utf8"));
      rmSync(file);
    }
  }, 300_000);

  it("the bare call passes everywhere", () => {
    for (const rules of reported.values())
      for (const guard of ["raii(lock);", "await raii(lock);"]) expect(rules.get(guard)).toEqual([]);
  });

  it("a guard with a name is reported by each", () => {
    for (const rules of reported.values()) expect(rules.get("const guard = raii(lock);")).not.toEqual([]);
  });

  it("says what was reported, and what the fixes make", () => {
    const all = tools();
    const cell = (rules: readonly string[]): string =>
      rules.length === 0 ? "-" : [...new Set(rules)].map((rule) => `\`${rule}\``).join(", ");
    const said = table([
      ["", ...all.map(({ name }) => name)],
      ...guards.map((guard) => [
        `\`${guard}\``,
        ...all.map(({ name }) => cell(reported.get(name)!.get(guard)!)),
      ]),
    ]);
    const versions = all.map(({ name, version }) => `${name} ${version}`).join(", ");
    const declares = (text: string): string => /^.*raii\(connect.*$/m.exec(text)![0].trim();
    const changed = table([
      ["", "`var connection = raii(connect(host));` in a loop becomes"],
      ...[...fixed].map(([name, text]) => [name, `\`${declares(text)}\``]),
    ]);
    const before = readFileSync(page, "utf8");
    const typescript = `TypeScript's own check is that of ${ts.version}.`;
    const text = fill(
      fill(before, "guards", `${versions.replace(/, `noUnusedLocals` .*/, "")}. ${typescript}\n\n${said}`),
      "no-var",
      changed,
    );
    expectFile(page, text);
  });
});
