import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { findTypeScript, versionOf } from "../../toolchain/load-typescript";
import { findPackage, type Manifest, manifestsAround } from "../../toolchain/manifest";
import { foldersAround } from "../project/folders-around";
import type { Host } from "../project/host";
import { linesFor } from "../project/lines";
import { findPackageManager, installCommands, type PackageManager } from "../project/package-manager";
import { type Recognized, recognizeHosts } from "../project/recognize";
import { commandsOf } from "../project/script-commands";
import { configOfCommand, isSolution, ownConfigs } from "../project/tsconfig-files";
import { applySetup, isConfigSetup, refuseGenerated } from "./apply-setup";
import { addPreload } from "./edit-bunfig";
import { editScripts, startWith, useTspc } from "./edit-scripts";
import { addPluginEntry, setCompiler, setProperties } from "./edit-tsconfig";
import { FileTexts } from "./file-texts";
import { UnknownShape } from "./unknown-shape";
import { versionIn, wantedPackages } from "./wanted-packages";

/** What `init` is to do in a package. */
export interface Plan {
  readonly manager: PackageManager;
  /** The hosts that are in use, by what people call them. */
  readonly hosts: readonly string[];
  readonly files: FileTexts;
  /** Commands that install what is missing. */
  readonly commands: readonly string[];
  readonly manual: readonly Manual[];
  readonly notes: readonly string[];
}

/** What is to be written by hand, for the shape of the file is not known. */
export interface Manual {
  readonly title: string;
  readonly path: string;
  readonly reason: string;
  readonly lines: readonly string[];
}

/** Finds out what a package needs. Nothing is written. @param withEditor whether VS Code is to be set up where it is not yet. */
export function makePlan(manifest: Manifest, withEditor: boolean): Plan {
  const { folder } = manifest;
  const planner = new Planner(manifest);
  const recognized = recognizeHosts(manifest).filter(({ by }) => by !== "dependency");
  const building = recognized.filter((each) => !isServedByAnother(each, recognized));
  for (const each of building) planner.setUp(each);
  // A package that nothing builds yet is compiled by TypeScript.
  const isBare = recognized.length === 0;
  if (isBare)
    planner.notes.push(
      'Add a script that builds it to package.json, for example "build": "tspc", and run init again. The README of ts-raii lists the hosts: Use with.',
    );
  planner.addEntries(building);
  planner.setUpEditor(withEditor);
  const manifests = manifestsAround(folder);
  const manager = findPackageManager(folder);
  const needsTsPatch =
    building.some(({ host }) => host.needsTsPatch === true) ||
    (isBare && existsSync(join(folder, "tsconfig.json")));
  const wanted = wantedPackages({
    manifests,
    typescript: findTypeScript(folder),
    hasTsPatch: findPackage("ts-patch", folder) !== undefined,
    needsTsPatch,
    node: process.versions.node,
  });
  const isRoot = manifest.json.workspaces !== undefined || existsSync(join(folder, "pnpm-workspace.yaml"));
  return {
    manager,
    hosts: building.map(({ host }) => host.title),
    files: planner.files,
    commands: installCommands(manager, wanted, isRoot),
    manual: planner.manual,
    notes: planner.notes,
  };
}

/** Whether a configuration takes over that of another host: vitest.config.ts may merge vite.config.ts. */
function isServedByAnother({ host, configPath }: Recognized, all: readonly Recognized[]): boolean {
  const other = all.find(({ host: { name } }) => name === host.fallback);
  if (other?.configPath === undefined || configPath === undefined) return false;
  const imported = /(?:from|import\(|require\()\s*["']([^"']*)["']/g;
  const stem = other.configPath.replace(/^.*[\\/]/, "").replace(/\.[cm]?[jt]s$/, "");
  return [...readFileSync(configPath, "utf8").matchAll(imported)].some(
    ([, from]) => from!.replace(/^.*\//, "").replace(/\.[cm]?[jt]s$/, "") === stem,
  );
}

/** Files that their host writes anew. */
const isGenerated = (path: string): boolean => /[\\/](?:node_modules|\.[\w-]+)[\\/]/.test(path);

class Planner {
  readonly files = new FileTexts();
  readonly manual: Manual[] = [];
  readonly notes: string[] = [];

  constructor(private readonly manifest: Manifest) {}

  setUp(recognized: Recognized): void {
    const { host, configPath, scripts } = recognized;
    const { setup } = host;
    const { folder, path: manifestPath } = this.manifest;
    if (isConfigSetup(setup)) {
      const { created } = host.config ?? {};
      if (configPath !== undefined)
        this.attempt(host, configPath, (text) => applySetup({ host, configPath }, setup, text));
      else if (created !== undefined) {
        const path = join(folder, created.name);
        this.attempt(host, path, () => applySetup({ host, configPath: path }, setup, created.text));
      } else this.addManual(host, folder, "it has no configuration yet");
    } else if (setup.kind === "script") {
      this.attempt(host, manifestPath, (text) =>
        editScripts(text, scripts, (each) => host.isStartedBy!(each), startWith(host, setup.start)),
      );
    } else if (setup.kind === "preload") {
      const commands = scripts.flatMap((name) => commandsOf(this.manifest.json.scripts![name]!));
      const started = commands.filter((each) => host.isStartedBy!(each));
      for (const [table, isUsed] of [
        ["", started.some(({ args }) => args[0] !== "test")],
        ["test", started.some(({ args }) => args[0] === "test")],
      ] as const)
        if (isUsed)
          this.attempt(host, join(folder, "bunfig.toml"), (text) =>
            host.isSetUp.test(tableOf(text, table)) ? text : addPreload(text, setup.module, table),
          );
    } else this.setUpCompiler(recognized, setup.section);
  }

  private setUpCompiler(
    { host, scripts }: Recognized,
    section: { readonly name: string; readonly compiler: string } | undefined,
  ): void {
    const { folder, path } = this.manifest;
    if (section === undefined)
      this.attempt(host, path, (text) =>
        editScripts(text, scripts, ({ program }) => program === "tsc", useTspc(folder)),
      );
    else
      this.attempt(host, join(folder, "tsconfig.json"), (text) => {
        if (scripts.some((name) => /--swc\b|transpile|\s-T\b/.test(this.manifest.json.scripts![name]!)))
          throw new UnknownShape("ts-node is told to compile without TypeScript's own transformers");
        return setCompiler(text === "" ? "{}\n" : text, section.name, section.compiler);
      });
  }

  /** Puts the plugin's entry into each tsconfig.json, for `tspc` and for the editor. */
  addEntries(building: readonly Recognized[]): void {
    const { folder, json } = this.manifest;
    const root = join(folder, "tsconfig.json");
    const own = ownConfigs(root).filter((path) => !/\.node\.json$/.test(path) || path === root);
    const compiler = building.find(({ host }) => host.setup.kind === "compiler");
    const ofCommands = (compiler?.scripts ?? []).flatMap((name) =>
      commandsOf(json.scripts![name]!)
        .filter(({ program }) => /^tsp?c$/.test(program))
        .flatMap((command) => ownConfigs(configOfCommand(command, folder))),
    );
    const paths = [...new Set([...own, ...ofCommands])].filter((path) => existsSync(path));
    const isWritten = building.some(({ host }) => host.writesEntry === true);
    if (own.length === 0 && isSolution(root) && !isWritten)
      this.notes.push(
        "The files that tsconfig.json references are not there yet. Run init again when they are.",
      );
    for (const path of paths)
      if (isGenerated(`/${relative(folder, path)}`)) {
        if (isWritten) continue;
        this.notes.push(
          `${relative(folder, path)} is generated. For findings in the editor, let what writes it add: ${entryLine}`,
        );
      } else this.attempt(entryHost, path, (text) => (refuseGenerated(text), addPluginEntry(path, text)));
  }

  /** Lets VS Code take the TypeScript of the project, whose language server loads plugins. */
  setUpEditor(isWanted: boolean): void {
    const { folder } = this.manifest;
    const workspace = foldersAround(folder).find((each) => existsSync(join(each, ".vscode")));
    if (workspace === undefined && !isWanted) {
      this.notes.push(
        "In VS Code, run “TypeScript: Select TypeScript Version” and choose the workspace version, or run init with --vscode.",
      );
      return;
    }
    const at = workspace ?? folder;
    // The package @typescript/typescript6 has its language server from another one.
    const isSeven = versionOf(versionIn(manifestsAround(folder), findTypeScript(folder)))[0] >= 7;
    const name = isSeven ? "@typescript/old" : "typescript";
    const home = foldersAround(folder).find((each) => existsSync(join(each, "node_modules", name))) ?? at;
    const values = {
      "typescript.tsdk": join(relative(at, home), "node_modules", name, "lib").replaceAll("\\", "/"),
      "typescript.enablePromptUseWorkspaceTsdk": true,
    };
    const lines = Object.entries(values).map(
      ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},`,
    );
    this.attempt({ title: "VS Code", lines }, join(at, ".vscode/settings.json"), (text) =>
      setProperties(text.trim() === "" ? "{\n}\n" : text, values),
    );
  }

  /** Changes a file, or says what to write where its shape is not known. */
  private attempt(
    host: Host | { readonly title: string; readonly lines: readonly string[] },
    path: string,
    edit: (text: string) => string,
  ): void {
    try {
      const before = this.files.read(path);
      const after = edit(before ?? "");
      if (after !== (before ?? "")) this.files.change(path, after);
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      this.addManual(host, path, error.message);
    }
  }

  private addManual(
    host: Host | { readonly title: string; readonly lines: readonly string[] },
    path: string,
    reason: string,
  ): void {
    this.manual.push({
      title: host.title,
      path,
      reason,
      lines: "lines" in host ? host.lines : linesFor(host),
    });
  }
}

const entryLine = '"plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }]';
const entryHost = { title: "The editor and tspc", lines: [`"compilerOptions": { ${entryLine} },`] };

/** The part of bunfig.toml that is for programs, or for `bun test`. */
function tableOf(text: string, table: "" | "test"): string {
  const parts = text.split(/^(?=\s*\[[^\]\n]+\])/m);
  if (table === "") return parts.find((each) => !/^\s*\[/.test(each)) ?? "";
  return parts.find((each) => new RegExp(`^\\s*\\[${table}\\]`).test(each)) ?? "";
}
