import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { install, pack, runNode, type Toolchain, toolchains, tspc } from "./consumer.ts";

let tarball: string;
beforeAll(() => {
  tarball = pack();
});

describe.each(Object.keys(toolchains) as Toolchain[])("consumers of the packed tarball, %s", (toolchain) => {
  const built = (project: string, ...args: string[]) => {
    const folder = install(project, toolchain, tarball);
    return { folder, build: tspc(folder, ...args) };
  };
  const expected = (folder: string, file = "expect.txt") => readFileSync(join(folder, file), "utf8");

  it.each(["esm", "cjs"])(
    "%s: builds, type-checks our declarations and runs, under each lowering",
    (project) => {
      const { folder, build } = built(project, "-p", ".");
      expect(build).toEqual({ status: 0, output: "" });
      expect(runNode(folder, "dist/main.js")).toEqual({ status: 0, output: expected(folder) });

      expect(tspc(folder, "-p", "tsconfig.inline.json")).toEqual({ status: 0, output: "" });
      expect(expected(folder, "dist-inline/main.js")).not.toContain("_program");
      expect(runNode(folder, "dist-inline/main.js")).toEqual({ status: 0, output: expected(folder) });
    },
  );

  it("esm: the declarations are those that tsc writes without the plugin (property 49)", () => {
    const { folder } = built("esm", "-p", ".");
    const tsc = join(folder, "../node_modules/typescript/bin/tsc");
    expect(runNode(folder, tsc, "-p", ".", "--outDir", "plain")).toEqual({ status: 0, output: "" });
    const declarations = readdirSync(join(folder, "dist")).filter((name) => name.endsWith(".d.ts"));
    expect(declarations).toEqual(["kinds.d.ts", "main.d.ts", "required.d.ts", "resources.d.ts"]);
    for (const name of declarations)
      expect(expected(folder, `dist/${name}`)).toBe(expected(folder, `plain/${name}`));

    // What plain tsc has emitted says so when it runs (property 51).
    const untransformed = runNode(folder, "plain/main.js");
    expect(untransformed.status).toBe(1);
    expect(untransformed.output).toContain("UntransformedError");
    expect(untransformed.output).toContain("tspc (ts-patch)");
  });

  it("references: tspc -b runs the transform in each project, and again when a source changes", () => {
    const { folder, build } = built("references", "-b");
    expect(build).toEqual({ status: 0, output: "" });
    expect(runNode(folder, "dist/app/main.js")).toEqual({ status: 0, output: expected(folder) });
    expect(tspc(folder, "-b")).toEqual({ status: 0, output: "" });
  });

  it("references: .tsbuildinfo does not know the options of the plugin; --force or its deletion builds anew", () => {
    const { folder } = built("references", "-b");
    const isInline = (): boolean => !expected(folder, "dist/app/main.js").includes("work_program");
    const setLowering = (lowering: string): void => {
      const path = join(folder, "app/tsconfig.json");
      const config = JSON.parse(readFileSync(path, "utf8")) as { compilerOptions: object };
      const plugins = [{ transform: "ts-raii/transformer", lowering }];
      writeFileSync(
        path,
        JSON.stringify({ ...config, compilerOptions: { ...config.compilerOptions, plugins } }),
      );
    };
    const buildAndRun = (...args: string[]): void => {
      expect(tspc(folder, "-b", ...args)).toEqual({ status: 0, output: "" });
      expect(runNode(folder, "dist/app/main.js")).toEqual({ status: 0, output: expected(folder) });
    };
    expect(isInline()).toBe(false);

    setLowering("inline");
    buildAndRun();
    expect(isInline()).toBe(false); // what docs/hosts.md warns of
    buildAndRun("--force");
    expect(isInline()).toBe(true);

    setLowering("program");
    buildAndRun();
    expect(isInline()).toBe(true);
    rmSync(join(folder, "dist/app/tsconfig.tsbuildinfo"));
    buildAndRun();
    expect(isInline()).toBe(false);
  });

  it("broken: says what is wrong, where, exits non-zero, and what it emits throws (S11)", () => {
    const { folder, build } = built("broken", "-p", ".");
    expect(build.status).not.toBe(0);
    expect(build.output).toBe(expected(folder, "expect-build.txt"));
    expect(existsSync(join(folder, "dist/main.js"))).toBe(true);
    expect(runNode(folder, "dist/main.js")).toEqual({ status: 0, output: expected(folder) });
    // The command line says the same; 2, for an option of the plugin is wrong.
    const bin = "node_modules/.bin/ts-raii";
    expect(runNode(folder, bin, "check")).toEqual({ status: 2, output: build.output });
  });
});
