import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TypeScriptSearch, versionOf } from "../../toolchain/load-typescript";
import { type Manifest, manifestsAround } from "../../toolchain/manifest";
import type { Diagnosis, Patient } from "./diagnosis";

const installBoth = "npm install --save-dev typescript@6 ts-patch@4";

/** Whether TypeScript and ts-patch are there, and are a pair. */
export function checkToolchain({ typescript, tsPatch, folder, usesCompiler }: Patient): readonly Diagnosis[] {
  if (!usesCompiler) return [checkUsable(typescript)];
  const found = checkTypeScript(typescript.installed?.json.version, typescript.installed?.json.name);
  const version = tsPatch?.json.version;
  return [found, checkTsPatch(version, typescript.installed?.json.version), ...checkTsc(folder)];
}

/** What the faces of bundlers, test runners and loaders need: any TypeScript that has an API. */
function checkUsable({ installed, usable }: TypeScriptSearch): Diagnosis {
  const id = "typescript";
  const version = installed?.json.version;
  if (usable === undefined) {
    const isNew = versionOf(version)[0] >= 7;
    return {
      id,
      status: "problem",
      message:
        version === undefined
          ? "TypeScript is not installed."
          : isNew
            ? `TypeScript ${version} has no API to compile raii with, and no TypeScript 6 is beside it.`
            : `TypeScript ${version} is too old; 5.9 or 6 is needed.`,
      advice: `npm install --save-dev ${isNew ? "@typescript/typescript6" : "typescript@6"}`,
    };
  }
  const message = `TypeScript ${usable.json.version}`;
  if (installed === undefined || installed.folder === usable.folder) return { id, status: "ok", message };
  return { id, status: "ok", message: `${message}, which stands beside version ${version}, compiles raii` };
}

function checkTypeScript(version: string | undefined, name: string | undefined): Diagnosis {
  const id = "typescript";
  const [major, minor] = versionOf(version);
  if (version === undefined)
    return { id, status: "problem", message: "TypeScript is not installed.", advice: installBoth };
  if (name === "@typescript/typescript6")
    return {
      id,
      status: "warning",
      message: `"typescript" is ${name} ${version}, in which ts-patch finds nothing to patch unless TSP_COMPILER_TS_PATH names its TypeScript.`,
      advice:
        "Install TypeScript 6 by its own name: npm install --save-dev typescript@6 @typescript/native@npm:typescript@7",
    };
  if (major >= 7)
    return {
      id,
      status: "problem",
      message: `TypeScript ${version} ignores compiler plugins in silence: raii() is left in what it emits, and throws.`,
      advice:
        "Keep TypeScript 6 beside it, and build with tspc: npm install --save-dev typescript@6 @typescript/native@npm:typescript@7 ts-patch@4",
    };
  if (major < 5 || (major === 5 && minor < 9))
    return {
      id,
      status: "problem",
      message: `TypeScript ${version} is too old; 5.9 or 6 is needed.`,
      advice: installBoth,
    };
  return { id, status: "ok", message: `TypeScript ${version}` };
}

/** ts-patch 3.3 is for TypeScript 5 and 6, ts-patch 4 for TypeScript 6. On Node 20 npm installs ts-patch 3.3. */
function checkTsPatch(version: string | undefined, typescript: string | undefined): Diagnosis {
  const id = "ts-patch";
  const [needed, install] = versionOf(typescript)[0] === 5 ? [[3], "ts-patch@3.3"] : [[3, 4], "ts-patch@4"];
  const advice = `npm install --save-dev ${install}`;
  if (version === undefined)
    return { id, status: "problem", message: "ts-patch is not installed: nothing runs the plugin.", advice };
  const [major, minor] = versionOf(version);
  const isPair = needed.includes(major) && (major !== 3 || minor >= 3);
  if (isPair || typescript === undefined || versionOf(typescript)[0] >= 7)
    return { id, status: "ok", message: `ts-patch ${version}` };
  return {
    id,
    status: "warning",
    message: `ts-patch ${version} is not the one for TypeScript ${typescript}.`,
    advice,
  };
}

/** Two packages may own the command `tsc`: which one has it is up to the package manager. */
function checkTsc(folder: string): readonly Diagnosis[] {
  const link = manifestsAround(folder)
    .map((each) => join(each.folder, "node_modules/.bin/tsc"))
    .find((path) => existsSync(path));
  const owner = link === undefined ? undefined : ownerOf(link);
  if (owner === undefined || versionOf(owner.json.version)[0] < 7) return [];
  return [
    {
      id: "tsc",
      status: "ok",
      message: `The command tsc is TypeScript ${owner.json.version}, which ignores the plugin in silence.`,
      advice: "Let tsc only check types, and build with tspc.",
    },
  ];
}

/** The package that a command comes from; some package managers link it, others write a script that starts it. */
function ownerOf(link: string): Manifest | undefined {
  const [, started] = /\$basedir\/([^"]*\/bin\/tsc)/.exec(readFileSync(link, "utf8")) ?? [];
  const program = started === undefined ? realpathSync(link) : join(dirname(link), started);
  const [owner] = manifestsAround(dirname(program));
  return owner?.json.bin === undefined ? undefined : owner; // of the project itself, the link is not understood
}

/** Whether `ts-patch install` has changed the TypeScript that is installed: then `tsc` runs the plugin, too. */
export function isPatched({ installed }: TypeScriptSearch): boolean {
  const folder = installed?.folder;
  if (folder === undefined) return false;
  return ["_tsc.js", "tsc.js"].some((name) => {
    const path = join(folder, "lib", name);
    return existsSync(path) && readFileSync(path, "utf8").startsWith("/// tsp-module:");
  });
}
