import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findPackage, type Manifest, manifestsAround } from "../../../toolchain/manifest";
import { type Recognized, scriptsOf } from "../../project/recognize";
import { commandsOf, isTypeScriptFile } from "../../project/script-commands";
import { provide } from "./outside";
import { firstError, type Outcome } from "./probe-host";
import { runChild } from "./run-child";

/** The hosts that run a file, by the flags of a script. */
const running = new Set(["node", "tsx"]);

/** They wait, or start something else than the file. */
const withoutFlags = /^--(?:watch|inspect|test|env-file)/;

/** Those of them whose value may be a word of its own. */
const takesValue =
  /^--(?:watch-path|watch-kill-signal|inspect-port|inspect-publish-uid|env-file(?:-if-exists)?|test-(?!only$|force-exit$|update-snapshots$)[\w-]+)$/;

/** Leaves such flags out, each with its value. */
export const withoutWaiting = (args: readonly string[]): readonly string[] =>
  args.filter((each, at) => !withoutFlags.test(each) && !takesValue.test(args[at - 1] ?? ""));

const takesModule = /^(?:-r|--require|--import|--loader|--experimental-loader)$/;

const timeLimit = 60_000;

const program = (
  importSource: string,
  type: string,
  marker: string,
): string => `import { raii } from ${JSON.stringify(importSource)};
function probe(resource${type})${type} { "use raii"; const handle = raii(resource); return handle; }
probe({ [Symbol.dispose]() {} });
console.log("\\n${marker}");
`;

/** Runs a probe in a folder outside of the project, by the program and the flags of the script that starts the project. */
export async function probeRun(
  { host, scripts, isStartedBy }: Recognized,
  manifest: Manifest,
  importSource: string,
): Promise<Outcome | undefined> {
  const script = scriptsOf(manifest)[scripts[0] ?? ""];
  const command = commandsOf(script ?? "").find(isStartedBy);
  const installed = findPackage("ts-raii", manifest.folder);
  if (!running.has(host.name) || command === undefined || installed === undefined) return undefined;
  const args = withoutWaiting(command.args);
  const end = args.findIndex(
    (each, at, all) => /\.[cm]?[jt]sx?$/.test(each) && !takesModule.test(all[at - 1] ?? ""),
  );
  if (end < 0) return undefined;
  const temporary = mkdtempSync(join(tmpdir(), "ts-raii-doctor-"));
  provide(importSource, temporary, manifest.folder);
  const isTypeScript = isTypeScriptFile(args[end]!);
  const file = join(temporary, `probe.${isTypeScript ? "ts" : "js"}`);
  const marker = `ts-raii-probe-${randomUUID()}`;
  writeFileSync(file, program(importSource, isTypeScript ? ": any" : "", marker));
  const { stdout, stderr } = await runChild({
    command: command.program,
    args: [...args.slice(0, end), file],
    cwd: manifest.folder,
    env: { PATH: pathOf(manifest.folder), ...nodeOptionsOf(script!) },
    timeLimit,
    leaves: [temporary],
  });
  if (stdout.split(/\r?\n/).includes(marker)) return { kind: "compiled" };
  if (stderr.includes("UntransformedError")) return { kind: "left" };
  return { kind: "failed", reason: firstError(stderr) ?? "it printed nothing" };
}

/** As npm has it when it runs a script. The Node that runs this comes first of all Nodes. */
function pathOf(folder: string): string {
  const bins = manifestsAround(folder).map((each) => join(each.folder, "node_modules/.bin"));
  return [...bins, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
}

/** `NODE_OPTIONS="--import ts-raii/register" tsx app.ts` */
function nodeOptionsOf(script: string): NodeJS.ProcessEnv {
  const [, quoted, single, bare] = /\bNODE_OPTIONS=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(script) ?? [];
  const options = quoted ?? single ?? bare;
  return options === undefined ? {} : { NODE_OPTIONS: options };
}
