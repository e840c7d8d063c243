import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type ts from "typescript";
import { loadTypeScript } from "../../toolchain/load-typescript";
import { counted, regionOf, shownPath } from "../check/report";
import type { Call, Command } from "../command";
import type { OptionEntry } from "../parse-arguments";
import { findConfig, readProjects } from "../read-project";
import { UsageError } from "../usage-error";
import { formatChanges } from "./format-changes";
import { fromUsing } from "./from-using";
import { type MigratedFiles, migrateFiles, type Sources } from "./migrate-files";
import { toUsing } from "./to-using";

const options: readonly OptionEntry[] = [
  {
    name: "project",
    short: "p",
    value: "<path>",
    help: "A tsconfig.json or its folder; else the nearest one.",
  },
  { name: "back", help: 'From raii() to "using".' },
  { name: "dry-run", help: "Show what would change, and write nothing." },
  { name: "help", short: "h", help: "Show this." },
];

/** `ts-raii migrate using`: from TC39's `using` to `raii`, and back. */
export const migrate: Command = {
  name: "migrate",
  summary: 'Rewrites "using" to raii(), or raii() to "using".',
  details: `"using x = e" becomes "const x = raii(e)", "await using x = e" becomes "const x = await raii(e)", and the function is
annotated "use raii". It rewrites the files that you name, or else all files of the project and of those it references.
Comments and formatting stay. What cannot be rewritten is left as it is, and listed with the reason.

Exit code: 0 when nothing is left, 1 when something is, 2 when the command line or the configuration is wrong.`,
  operands: "using [files]",
  options,
  run(call) {
    const { args, cwd, operands, write, note } = call;
    const [what, ...files] = operands;
    if (what !== "using")
      throw new UsageError(
        `${what === undefined ? "Say what to migrate" : `"${what}" is not known`}. Known: using.`,
      );
    const only = files.length === 0 ? undefined : new Set(files.map((each) => existing(each, cwd)));
    const { compiler, sources } = findSources(call, only);
    const isBack = args.has("back");
    const isDry = args.has("dry-run");
    const migrated = migrateFiles(compiler, sources, isBack ? toUsing : fromUsing, only);
    if (!isDry) migrated.texts.write();
    write(formatMigrated(migrated, cwd, isBack, isDry));
    const { unreadable } = migrated;
    for (const each of unreadable)
      note(`note: ${shownPath(each, cwd)} is left as it is: it has syntax errors, or is not UTF-8.\n`);
    return unreadable.length > 0 || migrated.files.some(({ left }) => left.length > 0) ? 1 : 0;
  },
};

function existing(file: string, cwd: string): string {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new UsageError(`There is no ${file}.`);
  return path;
}

/** The projects, or the files that are named, compiled as the nearest project is, if there is one. */
function findSources(
  { args, cwd }: Call,
  only: ReadonlySet<string> | undefined,
): { compiler: typeof ts; sources: readonly Sources[] } {
  const configPath = findConfig(cwd, args.get("project") as string | undefined);
  const compiler = loadTypeScript(dirname(configPath));
  const projects = readProjects(compiler, configPath);
  const sources = projects.map(({ parsed, entries }) => ({ ...parsed, entry: entries[0] }));
  if (only === undefined) return { compiler, sources };
  const { options: compilerOptions, entry } = sources.at(-1)!;
  return { compiler, sources: [{ fileNames: [...only], options: compilerOptions, entry }] };
}

function formatMigrated(
  { files, fileCount }: MigratedFiles,
  cwd: string,
  isBack: boolean,
  isDry: boolean,
): string {
  let text = "";
  let count = 0;
  let leftCount = 0;
  for (const { sourceFile, edits, left, count: ofFile } of files) {
    const path = shownPath(sourceFile.fileName, cwd);
    count += ofFile;
    leftCount += left.length;
    if (isDry && edits.length > 0) text += `${path}\n${formatChanges(sourceFile.text, edits)}\n`;
    for (const { node, why } of left) {
      const start = node.getStart(sourceFile);
      const { startLine, startColumn } = regionOf(sourceFile, start, 0);
      text += `${path}(${startLine},${startColumn}): left: ${why}\n`;
    }
  }
  const changed = files.filter(({ edits }) => edits.length > 0).length;
  const what = counted(count, isBack ? "acquisition" : "declaration");
  text += `${isDry ? "Would rewrite" : "Rewrote"} ${what} in ${counted(changed, "file")} of ${fileCount}.`;
  return `${text}${leftCount > 0 ? ` ${leftCount} left.` : ""}\n`;
}
